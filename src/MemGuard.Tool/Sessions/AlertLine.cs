using System.Text.Json;

namespace MemGuard.Tool.Sessions;

/// <summary>An alert as the watched process wrote it.</summary>
internal sealed record AlertLine
{
    public required string Stage { get; init; }

    public required string Problem { get; init; }

    public required string Message { get; init; }

    public required string NextStep { get; init; }

    public double ElapsedSeconds { get; init; }

    public bool IsLateEvidence { get; init; }

    public double? BytesPerHour { get; init; }

    public double? SecondsToLimit { get; init; }

    public IReadOnlyList<string> Suspects { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public bool IsConfirmed => Stage == "Confirmed";

    /// <returns>Null where the line is no alert: it was cut by the process's end.</returns>
    public static AlertLine? TryParse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return new AlertLine
            {
                Stage = Text(root, "stage"),
                Problem = Text(root, "problem"),
                Message = Text(root, "message"),
                NextStep = Text(root, "nextStep"),
                ElapsedSeconds = Number(root, "elapsedSeconds") ?? 0,
                IsLateEvidence = root.TryGetProperty("isLateEvidence", out JsonElement late) && late.ValueKind == JsonValueKind.True,
                BytesPerHour = Number(root, "bytesPerHour"),
                SecondsToLimit = Number(root, "secondsToLimit"),
                Suspects = [.. Items(root, "suspects").Select(static suspect => Text(suspect, "name"))],
                Files = [.. Items(root, "files").Select(static file => file.GetString() ?? string.Empty)],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? string.Empty;

    private static double? Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement array) ? array.EnumerateArray() : default;
}
