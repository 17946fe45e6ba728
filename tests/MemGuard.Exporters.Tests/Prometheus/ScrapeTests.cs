using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Exporters.Tests.Support;

namespace MemGuard.Exporters.Tests.Prometheus;

/// <summary>What the exporters make of the meter, and that it is what docs/prometheus.md and the rules say.</summary>
public sealed partial class ScrapeTests(ScrapedShop shop) : IClassFixture<ScrapedShop>
{
    [Fact]
    public void OpenTelemetry_EveryFamily_HasTheNameThatTheRulesUse()
    {
        Dictionary<string, string> types = ScrapedShop.ReadTypes(shop.OpenTelemetryText);
        string[] published = [.. types.Keys.Where(static name => name.StartsWith("memguard", StringComparison.Ordinal))];

        Assert.True(published.Length > 25);
        Assert.Empty(published.Except(PrometheusNames.Documented.Select(PrometheusNames.OfOpenTelemetry)));
        Assert.DoesNotContain(published, static name => name.StartsWith("memguard_memguard", StringComparison.Ordinal));
        Assert.Equal("counter", types["memguard_alerts_total"]);
        Assert.Equal("gauge", types["memguard_problem_active"]);
    }

    [Fact]
    public void OpenTelemetry_BeforeAnythingHappened_TheCountersOfRulesAreThereWithZero()
    {
        Assert.Equal(0, ScrapedShop.ReadValue(shop.OpenTelemetryText, "memguard_alerts_total{otel_scope_name=\"MemGuard\"") ?? -1);
        Assert.Equal(15, shop.OpenTelemetryText.Split('\n').Count(static line => line.StartsWith("memguard_alerts_total{", StringComparison.Ordinal)));
        Assert.Equal(10, shop.OpenTelemetryText.Split('\n').Count(static line => line.StartsWith("memguard_problem_active{", StringComparison.Ordinal)));
    }

    [PromtoolFact]
    public async Task OpenTelemetry_Text_IsCleanForPromtool()
    {
        // Families of the exporter's own are not ours to name.
        (bool isContent, string output) = await Promtool.RunAsync(OnlyOurs(shop.OpenTelemetryText), "check", "metrics");

        Assert.True(isContent && output.Length == 0, output);
    }

    [PromtoolFact]
    public async Task PrometheusNet_Text_IsCleanForPromtool()
    {
        (bool isContent, string output) = await Promtool.RunAsync(OnlyOurs(shop.PrometheusNetText), "check", "metrics");

        Assert.True(isContent && output.Length == 0, output);
    }

    [Fact]
    public void PrometheusNet_EveryFamily_BecomesOpenTelemetrysNameByTheRelabelingInDeploy()
    {
        string[] published = [.. ScrapedShop.ReadTypes(shop.PrometheusNetText).Keys.Where(static name => name.StartsWith("memguard", StringComparison.Ordinal))];

        Assert.True(published.Length > 25);
        Assert.Empty(published.Except(PrometheusNames.Documented.Select(PrometheusNames.OfPrometheusNet)));
        Assert.All(PrometheusNames.Documented, static row => Assert.Equal(PrometheusNames.OfOpenTelemetry(row), Relabel(PrometheusNames.OfPrometheusNet(row))));
    }

    /// <summary>Applies the steps of the scrape configuration as Prometheus does: each to the outcome of the one before, regular expressions anchored at both ends.</summary>
    private static string Relabel(string name) =>
        Step().Matches(Repository.Read("deploy", "prometheus", "prometheus-net.yml")).Aggregate(name, static (name, step) =>
            Regex.Replace(name, $"^(?:{step.Groups["regex"].Value})$", step.Groups["to"].Value.Replace("${1}", "$1", StringComparison.Ordinal)));

    private static string OnlyOurs(string text) =>
        string.Join('\n', text.Split('\n').Where(static line => line.Contains("memguard", StringComparison.Ordinal))) + "\n";

    [GeneratedRegex(@"regex: '(?<regex>[^']+)'\s+target_label: __name__\s+replacement: '(?<to>[^']+)'")]
    private static partial Regex Step();
}
