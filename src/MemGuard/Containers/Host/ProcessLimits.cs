using System.Globalization;

namespace MemGuard.Containers;

/// <summary>The limits that the system sets on this process alone. Null is unlimited or unknown.</summary>
/// <param name="AddressSpaceBytes">Limit of addresses, used or not: the garbage collector takes it for the machine's memory.</param>
internal sealed record ProcessLimits(long? AddressSpaceBytes)
{
    /// <summary>Reads <c>/proc/self/limits</c>.</summary>
    public static ProcessLimits Parse(string? text) => new(Find(text, "Max address space"));

    private static long? Find(string? text, string name)
    {
        foreach (string line in text?.Split('\n') ?? [])
        {
            // Name in 26 columns, then the soft limit, the hard limit and the unit.
            if (!line.StartsWith(name, StringComparison.Ordinal) || !line.TrimEnd().EndsWith(" bytes", StringComparison.Ordinal))
            {
                continue;
            }

            string rest = line[name.Length..].TrimStart();
            int end = rest.IndexOf(' ');
            return end > 0 && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
        }

        return null;
    }
}
