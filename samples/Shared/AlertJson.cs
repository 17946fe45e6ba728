using System.Globalization;
using System.Text.Json;
using MemGuard.Alerts;

namespace MemGuard.Samples;

/// <summary>The one JSON shape in which the samples print alerts, a line each.</summary>
internal static class AlertJson
{
    public static string ToLine(string series, MemoryAlert alert) =>
        $$"""{"series":"{{JsonEncodedText.Encode(series)}}","elapsed_s":{{Number(alert.Elapsed.TotalSeconds)}},"stage":"{{alert.Stage}}","problem":"{{alert.Problem}}","bytes_per_hour":{{Number(alert.Diagnosis.BytesPerHour ?? 0)}},"time_to_limit_s":{{Number(alert.Diagnosis.TimeToLimit?.TotalSeconds)}}}""";

    private static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("0.###", CultureInfo.InvariantCulture) : "null";
}
