using System.Text.Json;

namespace MemGuard.HeapSnapshots.Export;

/// <summary>Writes stacks that weigh bytes as a sampled profile of speedscope: one frame a name, for the viewer adds up and colours by it.</summary>
/// <remarks>Format: https://www.speedscope.app/file-format-schema.json.</remarks>
internal sealed class SpeedscopeWriter(string title, string profile)
{
    private readonly List<string> _frames = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(int[] Way, long Bytes)> _samples = [];

    /// <summary>The number of a frame, by its name.</summary>
    public int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            number = _numbers[name] = _frames.Count;
            _frames.Add(name);
        }

        return number;
    }

    /// <param name="way">Numbers of frames, the outermost first.</param>
    /// <param name="bytes">What the sample weighs.</param>
    public void Add(int[] way, long bytes) => _samples.Add((way, bytes));

    public void Write(Stream stream)
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "MemGuard");
        json.WriteString("name", title);
        WriteFrames(json);
        json.WriteStartArray("profiles");
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", profile);
        json.WriteString("unit", "bytes");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", _samples.Sum(static sample => sample.Bytes));
        WriteSamples(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFrames(Utf8JsonWriter json)
    {
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (string frame in _frames)
        {
            json.WriteStartObject();
            json.WriteString("name", frame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteSamples(Utf8JsonWriter json)
    {
        json.WriteStartArray("samples");
        foreach ((int[] way, _) in _samples)
        {
            json.WriteStartArray();
            foreach (int frame in way)
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach ((_, long bytes) in _samples)
        {
            json.WriteNumberValue(bytes);
        }

        json.WriteEndArray();
    }
}
