using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace MemGuard.ArchitectureTests;

/// <summary>One instrument: as published, or as a row of the documentation.</summary>
/// <param name="Name">The name.</param>
/// <param name="Unit">The unit in UCUM notation.</param>
/// <param name="Kind">Counter, UpDownCounter, Gauge or Histogram.</param>
internal sealed partial record MetricRow(string Name, string Unit, string Kind)
{
    /// <summary>Reads the rows of the documentation's tables.</summary>
    public static IEnumerable<MetricRow> ReadTable(string markdown) =>
        Row().Matches(markdown).Select(static match => new MetricRow(match.Groups["name"].Value, match.Groups["unit"].Value, match.Groups["kind"].Value));

    public static MetricRow Of(Instrument instrument) =>
        new(instrument.Name, instrument.Unit ?? string.Empty, instrument.GetType().Name.Split('`')[0].Replace("Observable", string.Empty, StringComparison.Ordinal));

    public static IEnumerable<string> FindDifferences(IReadOnlyCollection<MetricRow> published, IReadOnlyCollection<MetricRow> documented) =>
    [
        .. published.Except(documented).Select(static row => $"not documented: {row}"),
        .. documented.Except(published).Select(static row => $"not published: {row}"),
        .. published.Where(static row => !ValidName().IsMatch(row.Name)).Select(static row => $"not a valid name: {row.Name}"),
    ];

    [GeneratedRegex(@"^\|\s*`(?<name>memguard[\w.]*)`\s*\|\s*`(?<unit>[^`]*)`\s*\|\s*(?<kind>\w+)\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^memguard(\.[a-z]+(_[a-z]+)*)+$")]
    private static partial Regex ValidName();
}
