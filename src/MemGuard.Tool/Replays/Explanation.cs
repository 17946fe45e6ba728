using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tool.Replays;

/// <summary>Runs the detector once more over a series, with a listener.</summary>
internal static class Explanation
{
    public static void Write(string file, TextWriter output)
    {
        ExplainTrace trace = new(output);
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = false }) { Trace = trace };
        output.WriteLine($"{Path.GetFileNameWithoutExtension(file)}  what the detector saw:");
        foreach (MemorySample sample in SeriesReader.Read(file))
        {
            detector.Observe(sample);
        }

        trace.Summarize();
    }
}
