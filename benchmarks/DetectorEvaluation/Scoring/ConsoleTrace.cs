using MemGuard.Trends;

namespace DetectorEvaluation.Scoring;

/// <summary>Prints every look at a window that came past the size test.</summary>
internal sealed class ConsoleTrace : TrendTrace
{
    public override void Looked(double time, MemorySeries series, double width, in GrowthEvidence evidence)
    {
        if (evidence.Failed is GrowthTest.Points or GrowthTest.Size)
        {
            return;
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{time / 3600,7:0.000} {series} {width,5:0} n={evidence.Points} span={evidence.Span / 3600:0.00}h {(evidence.Passed ? "PASS" : "fails " + evidence.Failed)} {evidence.Rule} start={evidence.Start / 1e6:0} g={evidence.Growth / 1e6:0.0} u={evidence.Urgency:0.00} load={evidence.LoadRatio:0.00} q={evidence.LargestQuarterShare:0.00} jump={evidence.JumpShare:0.00} high={evidence.NewHighRatio:0.00} half={evidence.HalfSlopeRatio:0.00} older={evidence.OlderSlopeRatio:0.00} bend={evidence.BendRatio:0.00} wave={evidence.WaveRatio:0.00} wit={evidence.WitnessShare:0.00}"));
    }

    public override void Decided(double time, MemorySeries series, string what) =>
        Console.WriteLine(FormattableString.Invariant($"{time / 3600,7:0.000} {series} ---- {what}"));
}
