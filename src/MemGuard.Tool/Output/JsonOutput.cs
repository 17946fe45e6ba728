using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemGuard.Tool.Output;

/// <summary>One JSON document for programs that read the tool's output.</summary>
internal static class JsonOutput
{
    // Read by programs and people, never put into a page: names keep their arrows and angle brackets.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value)
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
}
