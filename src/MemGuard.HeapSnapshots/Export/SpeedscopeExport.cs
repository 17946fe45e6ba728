using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Export;

/// <summary>Writes the retained tree as a sampled profile in bytes.</summary>
/// <remarks>Format: https://www.speedscope.app/file-format-schema.json. One sample an entry: the way to it from the root, weighing its own bytes.</remarks>
internal static class SpeedscopeExport
{
    public static void Write(Stream stream, SnapshotData data)
    {
        RetainedTree tree = new(data);
        int[] frameOf = new int[tree.Count];
        List<string> frames = NumberFrames(tree, frameOf);
        int[] weighing = [.. Enumerable.Range(0, tree.Count).Where(entry => tree.OwnBytes[entry] > 0)];
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "MemGuard");
        json.WriteString("name", $"{VisibleText.Of(data.Application)}, retained memory, {data.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (string frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("name", frame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", "Retained memory");
        json.WriteString("unit", "bytes");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", weighing.Sum(entry => tree.OwnBytes[entry]));
        WriteSamples(json, tree, weighing, frameOf);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // One frame a name: the viewer adds up and colours by it.
    private static List<string> NumberFrames(RetainedTree tree, int[] frameOf)
    {
        List<string> frames = [];
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int entry = 0; entry < tree.Count; entry++)
        {
            string name = tree.NameOf(entry);
            if (!numbers.TryGetValue(name, out int number))
            {
                number = numbers[name] = frames.Count;
                frames.Add(name);
            }

            frameOf[entry] = number;
        }

        return frames;
    }

    private static void WriteSamples(Utf8JsonWriter json, RetainedTree tree, int[] weighing, int[] frameOf)
    {
        Stack<int> way = new();
        json.WriteStartArray("samples");
        foreach (int entry in weighing)
        {
            for (int step = entry; step >= 0; step = tree.ParentOf(step))
            {
                way.Push(frameOf[step]);
            }

            json.WriteStartArray();
            while (way.TryPop(out int frame))
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (int entry in weighing)
        {
            json.WriteNumberValue(tree.OwnBytes[entry]);
        }

        json.WriteEndArray();
    }
}
