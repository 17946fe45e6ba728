using System.Buffers;
using System.Text.Json;
using MemGuard.Alerts;
using MemGuard.Evidence;

namespace MemGuard.Sessions;

/// <summary>Writes each alert as a line of JSON into the session's folder.</summary>
/// <remarks>Handlers are called one after the other: lines do not mix.</remarks>
internal sealed class SessionAlerts(SessionFolder folder, TimeProvider timeProvider) : IMemoryAlertHandler
{
    /// <summary>Beyond this nothing is written: an episode is told in a few lines.</summary>
    private const long MaxBytes = 4L << 20;

    public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => Append(alert, isLate: false);

    public ValueTask HandleEvidenceAsync(MemoryAlert alert, CancellationToken cancellationToken) => Append(alert, isLate: true);

    /// <summary>The line, with its end.</summary>
    internal static ReadOnlyMemory<byte> Format(MemoryAlert alert, DateTimeOffset time, bool isLate)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time);
            json.WriteNumber("elapsedSeconds", alert.Elapsed.TotalSeconds);
            json.WriteString("stage", alert.Stage.ToString());
            json.WriteString("problem", alert.Problem.ToString());
            json.WriteBoolean("isLateEvidence", isLate);
            json.WriteString("message", alert.Message);
            json.WriteString("reason", alert.Diagnosis.Reason);
            json.WriteString("nextStep", alert.Diagnosis.NextStep);
            WriteNumber(json, "bytesPerHour", alert.Diagnosis.BytesPerHour);
            WriteNumber(json, "secondsToLimit", alert.Diagnosis.TimeToLimit?.TotalSeconds);
            WriteSuspects(json, alert.Evidence);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private static void WriteSuspects(Utf8JsonWriter json, EvidenceResult evidence)
    {
        json.WriteStartArray("suspects");
        foreach (LeakSuspect suspect in evidence.Suspects)
        {
            json.WriteStartObject();
            json.WriteString("name", suspect.Name);
            WriteNumber(json, "retainedBytes", suspect.RetainedBytes);
            WriteNumber(json, "count", suspect.Count);
            json.WriteString("countUnit", suspect.CountUnit);
            WriteNumber(json, "growthShareRatio", suspect.GrowthShareRatio);
            json.WriteString("nextStep", suspect.NextStep);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("noneBecause", evidence.NoneBecause);
        json.WriteStartArray("files");
        foreach (string file in evidence.Files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private ValueTask Append(MemoryAlert alert, bool isLate)
    {
        using FileStream file = PrivateFile.OpenOrCreate(folder.AlertsFile, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < MaxBytes)
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(Format(alert, timeProvider.GetUtcNow(), isLate).Span);
        }

        return ValueTask.CompletedTask;
    }
}
