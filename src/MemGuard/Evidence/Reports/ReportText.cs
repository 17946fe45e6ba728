using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>Writes a report for people: indented, bytes and times with their units. It works from the JSON, so that the two cannot disagree.</summary>
internal static class ReportText
{
    private const int MaxRows = 12;
    private const string Indent = "  ";

    public static string Of(ReadOnlyMemory<byte> utf8Json)
    {
        using JsonDocument document = JsonDocument.Parse(utf8Json);
        StringBuilder text = new();
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            Write(text, property.Name, property.Value, depth: 0);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, JsonElement value, int depth)
    {
        Pad(text, depth).Append(name).Append(':');
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.TryGetProperty("columns", out JsonElement columns) && value.TryGetProperty("rows", out JsonElement rows):
                text.Append('\n');
                WriteTable(text, columns, rows, depth + 1);
                break;
            case JsonValueKind.Object:
                text.Append('\n');
                WriteMembers(text, value, depth + 1);
                break;
            case JsonValueKind.Array when value.GetArrayLength() == 0:
                text.Append(" none\n");
                break;
            case JsonValueKind.Array:
                text.Append('\n');
                WriteItems(text, value, depth + 1);
                break;
            default:
                text.Append(' ').Append(Figure(name, value)).Append('\n');
                break;
        }
    }

    private static void WriteMembers(StringBuilder text, JsonElement value, int depth)
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            Write(text, property.Name, property.Value, depth);
        }
    }

    private static void WriteItems(StringBuilder text, JsonElement items, int depth)
    {
        foreach (JsonElement item in items.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                Pad(text, depth).Append("- ").AppendJoin(", ", item.EnumerateObject().Where(static property => property.Value.ValueKind != JsonValueKind.Null).Select(static property => $"{property.Name} {Figure(property.Name, property.Value)}")).Append('\n');
            }
            else
            {
                Pad(text, depth).Append("- ").Append(Figure(string.Empty, item)).Append('\n');
            }
        }
    }

    // The newest rows, and then ever fewer: a person looks for the shape.
    private static void WriteTable(StringBuilder text, JsonElement columns, JsonElement rows, int depth)
    {
        string[] names = [.. columns.EnumerateArray().Select(static column => column.GetString()!)];
        Pad(text, depth).AppendJoin(" | ", names).Append('\n');
        int count = rows.GetArrayLength();
        int step = Math.Max(1, (count + MaxRows - 1) / MaxRows);
        for (int i = 0; i < count; i += step)
        {
            JsonElement row = rows[i];
            Pad(text, depth).AppendJoin(" | ", names.Select((name, column) => Figure(name, row[column]))).Append('\n');
        }

        if (step > 1)
        {
            Pad(text, depth).Append(CultureInfo.InvariantCulture, $"one row of {step}, {count} in all\n");
        }
    }

    private static string Figure(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => name is "problem" or "exception" or "previousRun" ? "none" : "unknown",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Number when name.EndsWith("Bytes", StringComparison.Ordinal) && value.TryGetInt64(out long bytes) => ByteText.Of(bytes),
        JsonValueKind.Number when name.EndsWith("Seconds", StringComparison.Ordinal) => Duration(value.GetDouble()),
        JsonValueKind.Number when name == "bytesPerHour" => ByteText.Rate(value.GetDouble()),
        JsonValueKind.Number => value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static string Duration(double seconds) =>
        Math.Abs(seconds) < 1 ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.###} ms") : Triage.Figures.Duration(TimeSpan.FromSeconds(seconds));

    private static StringBuilder Pad(StringBuilder text, int depth) => text.Insert(text.Length, Indent, depth);
}
