using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>How a figure stands in a report: unknown is <see langword="null"/> with its name there, times are seconds. Nothing here allocates.</summary>
internal static class ReportJson
{
    public static void Write(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is long known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Write(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is double known && double.IsFinite(known))
        {
            json.WriteNumber(name, Math.Round(known, 4));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Write(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? value) => json.Write(name, value?.TotalSeconds);

    public static void Write(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } known)
        {
            json.WriteString(name, known.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Write(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonEncodedText? value)
    {
        if (value is { } known)
        {
            json.WriteString(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
