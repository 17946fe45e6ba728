using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests;
using MemGuard.ArchitectureTests.Support;

namespace MemGuard.Exporters.Tests.Support;

/// <summary>How exporters write the names of docs/metrics.md.</summary>
internal static partial class PrometheusNames
{
    public static IReadOnlyList<MetricRow> Documented { get; } = [.. MetricRow.ReadTable(Repository.Read("docs", "metrics.md"))];

    /// <summary>As OpenTelemetry's exporter does: unit and <c>_total</c> behind the name.</summary>
    public static string OfOpenTelemetry(MetricRow row) => row.Name.Replace('.', '_') + UnitOf(row.Unit) + (row.Kind == "Counter" ? "_total" : "");

    /// <summary>As prometheus-net does: the meter's name before the name, and nothing behind.</summary>
    public static string OfPrometheusNet(MetricRow row) => "memguard_" + row.Name.Replace('.', '_');

    /// <summary>The names of MemGuard's metrics in an expression; recorded ones, with a colon in them, are not.</summary>
    public static IEnumerable<string> FindIn(string expression) => Metric().Matches(expression).Select(static match => match.Value).Where(static name => !Labels.Contains(name)).Distinct();

    private static readonly HashSet<string> Labels =
    [
        "memguard_problem", "memguard_stage", "memguard_component", "memguard_version", "memguard_limit_source", "memguard_memory_kind", "memguard_previous_run_end",
        "memguard_suspect_name", "memguard_suspect_fingerprint", "memguard_bounded_name", "memguard_bounded_kind",
    ];

    private static string UnitOf(string unit) => unit switch
    {
        "By" => "_bytes",
        "s" => "_seconds",
        "By/s" => "_bytes_per_second",
        _ => "",
    };

    [GeneratedRegex(@"(?<![\w:])memguard_\w+(?![\w:])")]
    private static partial Regex Metric();
}
