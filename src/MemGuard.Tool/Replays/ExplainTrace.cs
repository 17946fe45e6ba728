using MemGuard.Trends;

namespace MemGuard.Tool.Replays;

/// <summary>
/// Prints why the detector spoke or kept silent: a line whenever a window's outcome changes after its growth was large enough to look at,
/// and at the end how far each series came.
/// </summary>
internal sealed class ExplainTrace(TextWriter output) : TrendTrace
{
    private readonly Dictionary<(MemorySeries Series, double Width), GrowthEvidence> _last = [];

    public override void Looked(double time, MemorySeries series, double width, in GrowthEvidence evidence)
    {
        bool isNew = !_last.TryGetValue((series, width), out GrowthEvidence before) || before.Failed != evidence.Failed || before.Rule != evidence.Rule;
        _last[(series, width)] = evidence;
        if (isNew && evidence.Failed is not (GrowthTest.Points or GrowthTest.Size))
        {
            output.WriteLine($"  {time,7:0} s  {ExplainText.Describe(series, width, evidence)}");
        }
    }

    public override void Decided(double time, MemorySeries series, string what) =>
        output.WriteLine($"  {time,7:0} s  {ExplainText.NameOf(series)}: {what}");

    /// <summary>How far each series came in its last look at each scale.</summary>
    public void Summarize()
    {
        output.WriteLine("  At the end, for every series the scale that came furthest:");
        foreach (IGrouping<MemorySeries, KeyValuePair<(MemorySeries Series, double Width), GrowthEvidence>> series in _last.GroupBy(one => one.Key.Series))
        {
            KeyValuePair<(MemorySeries Series, double Width), GrowthEvidence> furthest = series.MaxBy(one => Progress(one.Value));
            output.WriteLine($"             {ExplainText.Describe(series.Key, furthest.Key.Width, furthest.Value)}");
        }
    }

    private static int Progress(GrowthEvidence evidence) => evidence.Failed == GrowthTest.None ? int.MaxValue : (int)evidence.Failed;
}
