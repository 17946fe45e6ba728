using System.Text.Json;
using Json.Schema;

namespace MemGuard.Tests.Evidence.Reports;

/// <summary>Holds a report against the published JSON Schema.</summary>
internal static class ReportFormat
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "report.schema.json")));

    public static JsonElement Check(ReadOnlyMemory<byte> utf8Json)
    {
        using JsonDocument document = JsonDocument.Parse(utf8Json);
        JsonElement root = document.RootElement.Clone();
        EvaluationResults results = Schema.Evaluate(root, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join("\n", (results.Details ?? []).Where(static detail => detail.Errors is { Count: > 0 }).Select(static detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}")));
        return root;
    }
}
