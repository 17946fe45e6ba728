using System.Text.RegularExpressions;

namespace Packages;

/// <summary>The README's table of packages: what a package may depend on is what the reader is told.</summary>
internal static partial class DependencyTable
{
    private const string Header = "| package | depends on |";

    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Read(IEnumerable<string> lines)
    {
        Dictionary<string, IReadOnlySet<string>> table = new(StringComparer.Ordinal);
        foreach (string row in lines.SkipWhile(static line => line != Header).Skip(2).TakeWhile(static line => line.StartsWith('|')))
        {
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            table[Name().Match(cells[0]).Groups[1].Value] = Name().Matches(cells[1]).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        }

        return table;
    }

    [GeneratedRegex("`([A-Za-z0-9.]+)`")]
    private static partial Regex Name();
}
