using MemGuard.Evidence;
using Microsoft.Extensions.Configuration;

namespace MemGuard;

/// <summary>A name that is no option.</summary>
/// <param name="Path">The name, with the sections that it is in.</param>
/// <param name="Meant">The option that was probably meant; null where none is near.</param>
internal sealed record UnknownOption(string Path, string? Meant);

/// <summary>Finds names in the section that are no options: binding passes over them, and whoever wrote them believes that they hold.</summary>
internal static class UnknownOptions
{
    /// <summary>Sections of other packages below MemGuard's.</summary>
    private static readonly string[] OtherSections = ["HeapSnapshots"];

    private static readonly string[] Names = [.. typeof(MemGuardOptions).GetProperties().Select(static property => property.Name)];

    private static readonly string[] ThresholdNames = [.. typeof(MemoryThresholds).GetProperties().Select(static property => property.Name)];

    private static readonly string[] ProbeNames = [.. typeof(MemoryProbeOptions).GetProperties().Select(static property => property.Name)];

    public static IEnumerable<UnknownOption> Find(OptionsSection section) =>
        Find(section.Section, section.Name, Names)
            .Concat(FindBelow(section, nameof(MemGuardOptions.Thresholds), ThresholdNames))
            .Concat(FindBelow(section, nameof(MemGuardOptions.Probe), ProbeNames));

    private static IEnumerable<UnknownOption> FindBelow(OptionsSection section, string name, string[] names) =>
        Find(section.Section.GetSection(name), $"{section.Name}:{name}", names);

    private static IEnumerable<UnknownOption> Find(IConfiguration section, string path, string[] names)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (Contains(names, child.Key))
            {
                continue;
            }

            // A section of its own may be another package's, unless its name is all but an option's.
            string? meant = names.FirstOrDefault(name => IsNear(name, child.Key));
            if (child.Value is not null || (meant is not null && !Contains(OtherSections, child.Key)))
            {
                yield return new UnknownOption($"{path}:{child.Key}", meant);
            }
        }
    }

    private static bool Contains(string[] names, string name) => Array.Exists(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether one is the other but for two letters, or one of a longer name is the beginning of the other.</summary>
    private static bool IsNear(string name, string written)
    {
        const int MostEdits = 2;
        const int LongEnough = 8;
        return (written.Length >= LongEnough && (name.StartsWith(written, StringComparison.OrdinalIgnoreCase) || written.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            || (Math.Abs(name.Length - written.Length) <= MostEdits && Distance(name.ToUpperInvariant(), written.ToUpperInvariant()) <= MostEdits);
    }

    /// <summary>Levenshtein's distance: letters to insert, remove or replace.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
