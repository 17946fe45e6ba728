using System.Text.Json;
using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Exporters.Tests.Support;

namespace MemGuard.Exporters.Tests.Prometheus;

/// <summary>The rules and the dashboard in <c>deploy</c> are accepted by Prometheus, do what their unit tests say, and ask for metrics that exist.</summary>
public sealed partial class RulesTests
{
    private static readonly string Folder = Repository.PathOf("deploy", "prometheus");

    [PromtoolFact]
    public async Task Rules_AreAcceptedAndFireAndClearAsTheirTestsSay()
    {
        (bool isContent, string output) = await Promtool.RunAsync("", "check", "rules", Path.Combine(Folder, "memguard.rules.yml"));
        Assert.True(isContent, output);

        (isContent, output) = await Promtool.RunAsync("", "test", "rules", Path.Combine(Folder, "memguard.rules.test.yml"));
        Assert.True(isContent, output);
    }

    [Fact]
    public void Rules_EveryAlert_HasATestInWhichItFiresAndOneInWhichItDoesNot()
    {
        string tests = File.ReadAllText(Path.Combine(Folder, "memguard.rules.test.yml"));
        string[] alerts = [.. Alert().Matches(File.ReadAllText(Path.Combine(Folder, "memguard.rules.yml"))).Select(static match => match.Groups["name"].Value)];

        Assert.True(alerts.Length >= 8);
        Assert.All(alerts, alert => Assert.Matches($@"alertname: {alert}\n\s+exp_alerts:\n", tests));
        Assert.All(alerts, alert => Assert.Matches($@"alertname: {alert}\n\s+exp_alerts: \[\]", tests));
    }

    [Fact]
    public void Rules_EveryMetric_IsPublished() =>
        Assert.Empty(PrometheusNames.FindIn(File.ReadAllText(Path.Combine(Folder, "memguard.rules.yml"))).Except(PrometheusNames.Documented.Select(PrometheusNames.OfOpenTelemetry)));

    [Fact]
    public void Dashboard_EveryMetric_IsPublished()
    {
        string[] metrics = [.. ReadExpressions().SelectMany(PrometheusNames.FindIn).Distinct()];

        Assert.True(metrics.Length > 15);
        Assert.Empty(metrics.Except(PrometheusNames.Documented.Select(PrometheusNames.OfOpenTelemetry)));
    }

    [PromtoolFact]
    public async Task Dashboard_EveryExpression_IsAccepted()
    {
        string file = Path.GetTempFileName();
        try
        {
            IEnumerable<string> rules = ReadExpressions().Select(static (expression, i) => $"  - record: dashboard:expression:{i}\n    expr: {JsonSerializer.Serialize(expression)}\n");
            await File.WriteAllTextAsync(file, "groups:\n- name: dashboard\n  rules:\n" + string.Concat(rules));
            (bool isContent, string output) = await Promtool.RunAsync("", "check", "rules", file);

            Assert.True(isContent, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Grafana fills "__inputs" in its import dialog alone, and a fixed data source is somebody else's.
    [Fact]
    public void Dashboard_AnyInstallation_CanLoadItAsItIs()
    {
        using JsonDocument dashboard = ReadDashboard();
        JsonElement root = dashboard.RootElement;

        Assert.False(root.TryGetProperty("__inputs", out _));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("id").ValueKind);
        Assert.Equal("memguard", root.GetProperty("uid").GetString());
        Assert.Equal("datasource", root.GetProperty("templating").GetProperty("list")[0].GetProperty("type").GetString());
        Assert.All(Find(root, "datasource").Where(static source => source.ValueKind == JsonValueKind.Object), static source => Assert.Equal("${datasource}", source.GetProperty("uid").GetString()));
    }

    private static JsonDocument ReadDashboard() => JsonDocument.Parse(Repository.Read("deploy", "grafana", "memguard.json"));

    private static string[] ReadExpressions()
    {
        using JsonDocument dashboard = ReadDashboard();
        return [.. Find(dashboard.RootElement, "expr").Select(static expression => Variable().Replace(expression.GetString()!, ".*"))];
    }

    private static IEnumerable<JsonElement> Find(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.Name == name ? Find(property.Value, name).Prepend(property.Value) : Find(property.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Find(item, name)),
        _ => [],
    };

    [GeneratedRegex(@"^\s+- alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();
}
