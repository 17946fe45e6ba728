using MemGuard.Trends;

namespace MemGuard.Tool.Replays;

/// <summary>Puts what a look at a window found into words: every test made, with its figure and its bound.</summary>
internal static class ExplainText
{
    private const double Megabyte = 1 << 20;

    public static string Describe(MemorySeries series, double width, in GrowthEvidence evidence)
    {
        List<string> tests = [];
        Add(tests, evidence, GrowthTest.Points, $"points {evidence.Points} over {Time(evidence.Span)}");
        Add(tests, evidence, GrowthTest.Size, $"growth {Amount(series, evidence.Growth)}, needs {Amount(series, evidence.RequiredGrowth)}");
        Add(tests, evidence, GrowthTest.Importance, $"share of the headroom {evidence.Urgency:0.00} ({(evidence.Rule == GrowthRule.None ? "no rule met" : $"rule {evidence.Rule}")})");
        Add(tests, evidence, GrowthTest.Load, $"load {evidence.LoadRatio:0.00} times the reference", !double.IsNaN(evidence.LoadRatio));
        Add(tests, evidence, GrowthTest.Spread, $"largest quarter step {evidence.LargestQuarterShare:0.00} of the rise, at most 0.62", !double.IsNaN(evidence.LargestQuarterShare));
        Add(tests, evidence, GrowthTest.Jumps, $"six largest steps {evidence.JumpShare:0.00} of the rise, at most 0.85", !double.IsNaN(evidence.JumpShare));
        Add(tests, evidence, GrowthTest.NewHigh, $"level {evidence.NewHighRatio:0.00} of the highest before, needs 1.02", !double.IsNaN(evidence.NewHighRatio));
        Add(tests, evidence, GrowthTest.Fall, $"the largest fall of two days is {evidence.FallRatio:0.00} of the growth, at most 0.67: what has fallen before will fall again", !double.IsNaN(evidence.FallRatio));
        Add(tests, evidence, GrowthTest.LevellingOff, $"second half {evidence.HalfSlopeRatio:0.00} as steep as the first, needs {evidence.RequiredSlopeRatio:0.00}", !double.IsNaN(evidence.HalfSlopeRatio));
        Add(tests, evidence, GrowthTest.Bend, $"a curve that bends leaves {evidence.BendRatio:0.00} of a straight line's squares, needs 0.70: less fills up", !double.IsNaN(evidence.BendRatio));
        Add(tests, evidence, GrowthTest.Wave, $"a wave of one day leaves {evidence.WaveRatio:0.00} of the squares that growth leaves, needs 1.25: less may be half of a day, which falls again", !double.IsNaN(evidence.WaveRatio));
        Add(tests, evidence, GrowthTest.Certainty, $"slope certain to a factor of {evidence.Slope.Width:0.00}, at most 1.50", evidence.Slope.PerSecond != 0);
        Add(tests, evidence, GrowthTest.Witness, $"allocator saw {evidence.WitnessShare:0.00} of it, needs 0.40", !double.IsNaN(evidence.WitnessShare));
        Add(tests, evidence, GrowthTest.Proportion, $"managed heap grew {evidence.ManagedRatio:0.0} times as much, at most 3", !double.IsNaN(evidence.ManagedRatio));
        Add(tests, evidence, GrowthTest.Collections, $"full collections survived {evidence.Collections:0}, needs 1", !double.IsNaN(evidence.Collections));
        Add(tests, evidence, GrowthTest.Reclaimable, "only the working set is known, and files that are read fill it too", evidence.Failed == GrowthTest.Reclaimable);
        Add(tests, evidence, GrowthTest.Holder, evidence.Failed == GrowthTest.Holder ? $"what holds it is waited for: {HolderOf(evidence)}" : $"held by {HolderOf(evidence)}", evidence.Holder != HolderKind.Unknown);
        string scale = width > 0 ? $"{width:0} s buckets" : "single full collections";
        string verdict = evidence.Passed ? "PASSES" : $"fails at {evidence.Failed}";
        return $"{NameOf(series)}, {scale}: {verdict}. {string.Join("; ", tests)}";
    }

    public static string NameOf(MemorySeries series) => series switch
    {
        MemorySeries.LiveHeap => "live heap after gen2",
        MemorySeries.Heap => "heap after any collection",
        MemorySeries.Fragmentation => "fragmentation",
        MemorySeries.Unmanaged => "memory outside the heap",
        MemorySeries.Timers => "timers",
        _ => "assemblies",
    };

    private static string HolderOf(in GrowthEvidence evidence) => evidence.Holder switch
    {
        HolderKind.RunningWork => "a running method, whose end is waited for an hour at most",
        HolderKind.Filling => "a bounded structure, which fills",
        HolderKind.Expiring => "entries that leave by themselves",
        _ => "something that lasts, for which half of the share of the headroom is enough",
    };

    private static void Add(List<string> tests, in GrowthEvidence evidence, GrowthTest test, string text, bool wasMade = true)
    {
        bool isReached = evidence.Failed == GrowthTest.None || test <= evidence.Failed;
        if (wasMade && isReached)
        {
            tests.Add(test == evidence.Failed ? $"NOT {text}" : text);
        }
    }

    private static string Amount(MemorySeries series, double value) =>
        double.IsNaN(value) ? "?" : series is MemorySeries.Timers or MemorySeries.Assemblies ? $"{value:0}" : $"{value / Megabyte:0.0} MB";

    private static string Time(double seconds) => seconds < 600 ? $"{seconds:0} s" : seconds < 7200 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.0} h";
}
