using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Sampling;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>Writes events as the stream has them: a tick of some 250 bytes for each sample; state and structures now and again.</summary>
internal static class EventText
{
    public static byte[] Write(PageSource source, MemorySample? sample, MemorySample? before, string version, bool withState)
    {
        ArrayBufferWriter<byte> text = new(withState ? 8192 : 512);
        if (sample is { } tick)
        {
            Append(text, string.Create(CultureInfo.InvariantCulture, $"id: {(long)tick.Elapsed.TotalMilliseconds}\nevent: tick\ndata: "));
            WriteTick(text, source.Run, version, HistoryColumns.Row(tick, before));
            Append(text, "\n\n");
        }

        if (withState)
        {
            Append(text, "event: state\ndata: ");
            text.Write(JsonSerializer.SerializeToUtf8Bytes(PageWriter.WriteState(source.Collect()), PageJsonContext.Default.PageState));
            Append(text, "\n\nevent: structures\ndata: ");
            text.Write(JsonSerializer.SerializeToUtf8Bytes(PageWriter.WriteStructures(BoundedStructures.GetUsage()), PageJsonContext.Default.PageStructures));
            Append(text, "\n\n");
            if (source.Routes is { } routes)
            {
                Append(text, "event: routes\ndata: ");
                text.Write(JsonSerializer.SerializeToUtf8Bytes(routes.Write(), PageJsonContext.Default.PageRoutes));
                Append(text, "\n\n");
            }
        }

        return text.WrittenSpan.ToArray();
    }

    private static void WriteTick(ArrayBufferWriter<byte> text, string run, string version, long?[] row)
    {
        using Utf8JsonWriter json = new(text);
        json.WriteStartObject();
        json.WriteString("run", run);
        json.WriteString("version", version);
        json.WriteStartArray("row");
        foreach (long? value in row)
        {
            if (value is long known)
            {
                json.WriteNumberValue(known);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Append(ArrayBufferWriter<byte> text, string ascii) => text.Write(Encoding.ASCII.GetBytes(ascii));
}
