using System.Globalization;
using System.Text;
using MemGuard.HeapSnapshots.Export;

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

    public static void WriteSpeedscope(Stream stream, AllocationProfile profile)
    {
        SpeedscopeWriter writer = new(AllocationText.Line(profile), "Allocated bytes");
        foreach (SampledStack stack in profile.Stacks)
        {
            writer.Add([.. FramesOf(stack).Select(writer.NumberOf)], (long)stack.Bytes);
        }

        writer.Write(stream);
    }

    private static IEnumerable<string> FramesOf(SampledStack stack) => stack.Frames.Reverse().Select(static frame => frame.FullName).Append($"[{stack.Type}]");
}
