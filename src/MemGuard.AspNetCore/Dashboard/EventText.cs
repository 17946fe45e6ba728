using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Sampling;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>Writes events as the stream has them: a tick of some 250 bytes for each sample; state and structures now and again.</summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class EventText : IDisposable
{
    private readonly PageSource _source;

    /// <summary>What is written to now.</summary>
    private ArrayBufferWriter<byte> _text = new();
    private readonly Utf8JsonWriter _json;
    private readonly long?[] _row = new long?[HistoryColumns.Count];

    public EventText(PageSource source)
    {
        _source = source;
        _json = new Utf8JsonWriter(Stream.Null);
    }

    /// <param name="text">Receives it.</param>
    /// <param name="sample">Written as a tick; null for none.</param>
    /// <param name="before">The sample before it, for the rates.</param>
    /// <param name="version">Which lists the page should have.</param>
    /// <param name="withState">Whether state, structures and routes follow.</param>
    public void Write(ArrayBufferWriter<byte> text, in MemorySample? sample, in MemorySample? before, string version, bool withState)
    {
        _text = text;
        if (sample is { } tick)
        {
            WriteTick(tick, before, version);
        }

        if (withState)
        {
            Event("state"u8);
            JsonSerializer.Serialize(Json(), PageWriter.WriteState(_source.Collect()), PageJsonContext.Default.PageState);
            End();
            Event("structures"u8);
            JsonSerializer.Serialize(Json(), PageWriter.WriteStructures(BoundedStructures.GetUsage()), PageJsonContext.Default.PageStructures);
            End();
            if (_source.Routes is { } routes)
            {
                Event("routes"u8);
                JsonSerializer.Serialize(Json(), routes.Write(), PageJsonContext.Default.PageRoutes);
                End();
            }
        }
    }

    public void Dispose() => _json.Dispose();

    private void WriteTick(in MemorySample sample, in MemorySample? before, string version)
    {
        Utf8.TryWrite(_text.GetSpan(64), CultureInfo.InvariantCulture, $"id: {(long)sample.Elapsed.TotalMilliseconds}\n", out int length);
        _text.Advance(length);
        Event("tick"u8);
        Utf8JsonWriter json = Json();
        json.WriteStartObject();
        json.WriteString("run"u8, _source.Run);
        json.WriteString("version"u8, version);
        json.WriteStartArray("row"u8);
        HistoryColumns.ReadRow(sample, before, _row);
        foreach (long? value in _row)
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
        End();
    }

    private void Event(ReadOnlySpan<byte> name)
    {
        _text.Write("event: "u8);
        _text.Write(name);
        _text.Write("\ndata: "u8);
    }

    private Utf8JsonWriter Json()
    {
        _json.Reset(_text);
        return _json;
    }

    private void End()
    {
        _json.Flush();
        _text.Write("\n\n"u8);
    }
}
