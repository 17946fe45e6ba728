using System.Globalization;
using System.Text;
using System.Text.Json;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Sessions;

/// <summary>Writes a session's report: Markdown for people, JSON (version 1) for programs.</summary>
internal static class SessionText
{
    /// <summary>A heap snapshot's report is a page or two; a longer one is cut.</summary>
    private const int MaxHeapReport = 64 * 1024;

    public static string ToMarkdown(SessionReport report)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# Memory of {Escape(report.Application ?? "the process")}\n\n**{Escape(report.Verdict)}**\n\n");
        if (report.Worst is { } worst)
        {
            text.Append(CultureInfo.InvariantCulture, $"Next: {Escape(worst.NextStep)}\n\n");
        }

        text.Append("| what | value |\n|---|---|\n");
        foreach ((string what, string value) in Facts(report))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {Escape(value)} |\n");
        }

        AppendList(text, "Alerts", report.Alerts.Select(static alert => string.Create(CultureInfo.InvariantCulture, $"{DurationText.Of(TimeSpan.FromSeconds(alert.ElapsedSeconds))}, {(alert.IsLateEvidence ? "evidence" : alert.Stage)}: {alert.Message}")));
        AppendList(text, "Other lines", report.Lines);
        foreach (string path in report.HeapReports)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Heap snapshot {Escape(Path.GetFileName(Path.GetDirectoryName(path)) ?? string.Empty)}\n\n{ReadHeapReport(path)}\n");
        }

        return text.ToString();
    }

    public static string ToJson(SessionReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("verdict", report.Verdict);
        json.WriteString("nextStep", report.Worst?.NextStep);
        json.WriteString("application", report.Application);
        json.WriteString("runtime", report.Runtime);
        json.WriteString("watchedBy", report.By);
        json.WriteNumberOrNull("processId", report.ProcessId);
        json.WriteNumberOrNull("exitCode", report.ExitCode);
        json.WriteString("end", report.End?.End.ToString());
        json.WriteString("endMessage", report.End?.Message);
        json.WriteNumberOrNull("durationSeconds", report.Duration?.TotalSeconds);
        json.WriteNumber("samples", report.SampleCount);
        json.WriteNumberOrNull("firstUsedBytes", report.FirstUsedBytes);
        json.WriteNumberOrNull("lastUsedBytes", report.LastUsedBytes);
        json.WriteNumberOrNull("mostUsedBytes", report.MostUsedBytes);
        json.WriteNumberOrNull("limitBytes", report.LimitBytes);
        json.WriteStartArray("alerts");
        foreach (AlertLine alert in report.Alerts)
        {
            WriteAlert(json, alert);
        }

        json.WriteEndArray();
        WriteTexts(json, "lines", report.Lines);
        WriteTexts(json, "heapReports", report.HeapReports);
        json.WriteEndObject();
    });

    private static IEnumerable<(string What, string Value)> Facts(SessionReport report)
    {
        yield return ("process", string.Create(CultureInfo.InvariantCulture, $"{report.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, .NET {report.Runtime ?? "unknown"}, watched by {report.By ?? "nobody"}"));
        yield return ("watched until its age of", report.Duration is { } duration ? DurationText.Of(duration) : "unknown");
        yield return ("samples", report.SampleCount.ToString(CultureInfo.InvariantCulture));
        yield return ("in use at first, at last, at most", $"{ByteText.Of(report.FirstUsedBytes, "unknown")}, {ByteText.Of(report.LastUsedBytes, "unknown")}, {ByteText.Of(report.MostUsedBytes, "unknown")}");
        yield return ("limit", ByteText.Of(report.LimitBytes, "none known"));
        yield return ("exit code", report.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown");
        yield return ("how it ended", EndText.Of(report.End, report.ExitCode) ?? "unknown");
    }

    private static void AppendList(StringBuilder text, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            foreach (string line in all)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {Escape(line)}\n");
            }
        }
    }

    private static string ReadHeapReport(string path)
    {
        try
        {
            string report = File.ReadAllText(path);
            return report.Length <= MaxHeapReport ? report : report[..MaxHeapReport] + "\n…";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"It cannot be read: {Escape(unreadable.Message)}";
        }
    }

    // Names are others' text: nothing of theirs may become markup.
    private static string Escape(string text) =>
        VisibleText.Of(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("`", "\\`", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static void WriteAlert(Utf8JsonWriter json, AlertLine alert)
    {
        json.WriteStartObject();
        json.WriteNumber("elapsedSeconds", alert.ElapsedSeconds);
        json.WriteString("stage", alert.Stage);
        json.WriteString("problem", alert.Problem);
        json.WriteBoolean("isLateEvidence", alert.IsLateEvidence);
        json.WriteString("message", alert.Message);
        json.WriteString("nextStep", alert.NextStep);
        json.WriteNumberOrNull("bytesPerHour", alert.BytesPerHour);
        json.WriteNumberOrNull("secondsToLimit", alert.SecondsToLimit);
        WriteTexts(json, "suspects", alert.Suspects);
        WriteTexts(json, "files", alert.Files);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
