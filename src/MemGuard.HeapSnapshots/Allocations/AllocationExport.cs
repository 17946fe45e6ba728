using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Writes the stacks of a profile for flame graphs. The type is the innermost frame.</summary>
internal static class AllocationExport
{
    public static void WriteCollapsed(Stream stream, AllocationProfile profile)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        foreach (SampledStack stack in profile.Stacks)
        {
            // A semicolon divides frames, the last blank the weight.
            writer.Write(string.Join(';', FramesOf(stack).Select(static frame => frame.Replace(';', ','))));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {stack.Bytes:F0}"));
        }
    }

    /// <remarks>Format: https://www.speedscope.app/file-format-schema.json.</remarks>
    public static void WriteSpeedscope(Stream stream, AllocationProfile profile)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<int[]> samples = [];
        foreach (SampledStack stack in profile.Stacks)
        {
            samples.Add([.. FramesOf(stack).Select(frame => numbers.TryGetValue(frame, out int number) ? number : numbers[frame] = numbers.Count)]);
        }

        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "MemGuard");
        json.WriteString("name", AllocationText.Line(profile));
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (string frame in numbers.Keys)
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
        json.WriteString("name", "Allocated bytes");
        json.WriteString("unit", "bytes");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", profile.Stacks.Sum(static stack => (long)stack.Bytes));
        json.WriteStartArray("samples");
        foreach (int[] sample in samples)
        {
            json.WriteStartArray();
            foreach (int frame in sample)
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (SampledStack stack in profile.Stacks)
        {
            json.WriteNumberValue((long)stack.Bytes);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<string> FramesOf(SampledStack stack) => stack.Frames.Reverse().Select(static frame => frame.FullName).Append($"[{stack.Type}]");
}
