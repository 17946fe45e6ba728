namespace MemGuard.Trends;

/// <summary>
/// Decides whether one window shows a leak. Carried by importance (share of the headroom), several scales, load and levelling-off;
/// significance is reported and never asked for. <see cref="WindowRules"/> have the thresholds, docs/contributing/detector-method.md explains each test.
/// </summary>
internal static class GrowthCheck
{
    /// <param name="window">The points; its floors are adjusted in place.</param>
    /// <param name="demands">What they are held against.</param>
    public static GrowthEvidence Examine(GrowthWindow window, in GrowthDemands demands)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span };
        evidence.Failed = FirstFailure(window, demands, demands.Rules.Window, ref evidence);
        return evidence;
    }

    private static GrowthTest FirstFailure(GrowthWindow window, in GrowthDemands demands, WindowRules rules, ref GrowthEvidence evidence)
    {
        if (window.Count < rules.LeastPoints)
        {
            return GrowthTest.Points;
        }

        evidence.BetweenLevels = window.BetweenQuarters;
        evidence.Start = window.Quarter(0);
        evidence.End = window.Quarter(3);
        evidence.Growth = GrowthWindow.WholeOverQuarters * (evidence.End - evidence.Start);
        double floor = double.IsNaN(demands.Base) ? Math.Abs(evidence.Start) : demands.Base;
        evidence.RequiredGrowth = demands.LeastGrowth(floor);
        if (evidence.Growth < evidence.RequiredGrowth)
        {
            return GrowthTest.Size;
        }

        // Importance only falls when the load is taken out, so what is unimportant before need not be adjusted.
        evidence.Rule = Importance.Judge(demands, floor, ref evidence);
        if (evidence.Rule == GrowthRule.None)
        {
            return GrowthTest.Importance;
        }

        // As they were measured, before the load is taken out of them.
        int older = window.OlderFloors.Length;
        Span<double> all = stackalloc double[older + window.Count];
        window.AllFloors.CopyTo(all);
        ReadOnlySpan<double> measured = all[older..];
        if (!LoadModel.LeavesGrowth(window, demands, floor, ref evidence))
        {
            return GrowthTest.Load;
        }

        evidence.Rule = Importance.Judge(demands, floor, ref evidence);
        if (evidence.Rule == GrowthRule.None)
        {
            return GrowthTest.Importance;
        }

        return !IsSpread(window, rules, ref evidence) ? GrowthTest.Spread
            : !IsGradual(window, rules, ref evidence) ? GrowthTest.Jumps
            : !IsNewHigh(window, demands, rules, ref evidence) ? GrowthTest.NewHigh
            : !OutgrowsFalls(demands, rules, ref evidence) ? GrowthTest.Fall
            : !GoesOn(window, rules, ref evidence) ? GrowthTest.LevellingOff
            : Bends(window, measured, rules, ref evidence) ? GrowthTest.Bend
            : IsWave(window, all, demands, rules, ref evidence) ? GrowthTest.Wave
            : evidence.Slope.Width > rules.LargestSlopeWidth ? GrowthTest.Certainty
            : demands.IsUnmanaged ? UnmanagedCheck.FirstFailure(window, demands, ref evidence)
            : demands.WaitsFor(ref evidence) ? GrowthTest.Holder
            : GrowthTest.None;
    }

    private static bool IsSpread(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        double q0 = window.Quarter(0), q1 = window.Quarter(1), q2 = window.Quarter(2), q3 = window.Quarter(3);
        double rise = q3 - q0;
        double largest = Math.Max(q1 - q0, Math.Max(q2 - q1, q3 - q2)) / rise;
        bool allRise = q1 > q0 && q2 > q1 && q3 > q2;
        evidence.LargestQuarterShare = largest;
        return evidence.Span >= rules.QuartersWaivedFromSeconds || (rise > 0 && allRise && largest <= rules.LargestQuarterShare);
    }

    private static bool IsGradual(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        // The lower envelope: each point lowered to the lowest after it. What falls back later was no growth.
        Span<double> steps = stackalloc double[window.Count - 1];
        double envelope = window.Floors[^1];
        double last = envelope;
        for (int i = window.Count - 2; i >= 0; i--)
        {
            double lower = Math.Min(envelope, window.Floors[i]);
            steps[i] = envelope - lower;
            envelope = lower;
        }

        double rise = last - envelope;
        steps.Sort();
        double largest = 0;
        for (int i = Math.Max(0, steps.Length - rules.JumpSteps); i < steps.Length; i++)
        {
            largest += steps[i];
        }

        evidence.JumpShare = rise <= 0 ? double.PositiveInfinity : largest / rise;
        return evidence.JumpShare <= rules.LargestJumpShare || evidence.Urgency >= rules.UndisputedUrgency;
    }

    private static bool IsNewHigh(GrowthWindow window, in GrowthDemands demands, WindowRules rules, ref GrowthEvidence evidence)
    {
        double highest = window.Span < rules.PeaksCountWithinSeconds
            ? Judgement.HighestBefore(window, demands.Peaks)
            : Math.Max(Judgement.HighestBefore(window, peaks: null), demands.Peaks?.HighestHeldBefore(window.Times[0]) ?? 0);
        return Judgement.IsNewHigh(window.Floors[^1], highest, rules.LeastNewHighRatio, ref evidence);
    }

    private static bool OutgrowsFalls(in GrowthDemands demands, WindowRules rules, ref GrowthEvidence evidence)
    {
        if (demands.Peaks is null || evidence.Span >= rules.FallsCountWithinSeconds)
        {
            return true;
        }

        evidence.FallRatio = demands.Peaks.LargestFall() / evidence.Growth;
        return evidence.FallRatio * rules.LeastGrowthOverFall <= 1 || evidence.Urgency >= rules.UndisputedUrgency;
    }

    private static bool Bends(GrowthWindow window, ReadOnlySpan<double> measured, WindowRules rules, ref GrowthEvidence evidence)
    {
        evidence.BendRatio = BendModel.SquaresRatio(window, measured);
        return evidence.BendRatio < rules.LeastBendRatio && evidence.Urgency < rules.UndisputedUrgency;
    }

    /// <summary>The points before the window count as well: half of a wave is easier told with its trough.</summary>
    private static bool IsWave(GrowthWindow window, ReadOnlySpan<double> measured, in GrowthDemands demands, WindowRules rules, ref GrowthEvidence evidence)
    {
        ReadOnlySpan<double> times = window.AllTimes;
        if (evidence.Span >= rules.WavesCountWithinSeconds || evidence.Urgency >= rules.UndisputedUrgency || FallsTooLittleForAWave(times[^1], demands, rules, evidence))
        {
            return false;
        }

        double earliest = Math.Max(rules.StartSeconds, times[^1] - rules.WavesCountWithinSeconds);
        int from = 0;
        while (times[from] < earliest && from < times.Length - 1)
        {
            from++;
        }

        if (times[^1] - times[from] < rules.WavesCountFromSeconds || times.Length - from < rules.LeastPoints)
        {
            return false;
        }

        evidence.WaveRatio = WaveModel.SquaresRatio(times[from..], measured[from..], window.AllLoads[from..]);
        return evidence.WaveRatio < rules.LeastWaveRatio;
    }

    /// <summary>A wave falls each day by what it rises.</summary>
    private static bool FallsTooLittleForAWave(double uptimeSeconds, in GrowthDemands demands, WindowRules rules, in GrowthEvidence evidence) =>
        uptimeSeconds >= rules.WavesFallWithinSeconds && demands.Peaks is { } peaks && peaks.LargestFall() < rules.LeastWaveFall * evidence.Growth;

    private static bool GoesOn(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        int half = window.Count / 2;
        int later = window.Count - half;
        ReadOnlySpan<double> times = window.Times;
        ReadOnlySpan<double> floors = window.Floors;
        evidence.HalfSlopeRatio = Judgement.LaterOverEarlier(times, floors, half, later);
        evidence.Slope = evidence.HalfSlopeRatio > rules.AcceleratingRatio
            ? RobustSlope.SenInterval(times[later..], floors[later..])
            : RobustSlope.SenInterval(times, floors);
        evidence.KendallZ = RobustSlope.KendallZ(floors);
        evidence.RequiredSlopeRatio = rules.LeastHalfSlopeRatio;
        double highest = evidence.Rule == GrowthRule.Slow ? double.PositiveInfinity : rules.LargestHalfSlopeRatio;
        bool continues = Judgement.IsBetween(evidence.HalfSlopeRatio, rules.LeastHalfSlopeRatio, highest)
            || Judgement.IsBetween(LoadSlopeRatio(window, half, later), rules.LeastHalfSlopeRatio, highest);
        if (evidence.Rule == GrowthRule.Big
            && !Judgement.IsBetween(evidence.HalfSlopeRatio, rules.LeastHalfSlopeRatio, rules.LargestHalfSlopeRatioOfBig))
        {
            return false;
        }

        if (continues && window.OlderTimes.Length >= rules.LeastOlderPoints)
        {
            evidence.OlderSlopeRatio = Judgement.Ratio(RobustSlope.Sen(window.OlderTimes, window.OlderFloors), RobustSlope.Sen(times, floors));
            continues = evidence.OlderSlopeRatio <= rules.LargestOlderSlopeRatio || evidence.Urgency >= rules.UndisputedUrgency;
        }

        return continues;
    }

    /// <summary>The same ratio against work done instead of time: a leak per request slows down at night and is one still.</summary>
    private static double LoadSlopeRatio(GrowthWindow window, int earlier, int later)
    {
        Span<double> work = stackalloc double[window.Count];
        double sum = 0;
        for (int i = 1; i < window.Count; i++)
        {
            sum += (window.Times[i] - window.Times[i - 1]) * window.Loads[i];
            work[i] = sum;
        }

        return double.IsNaN(sum) ? double.NaN : Judgement.LaterOverEarlier(work, window.Floors, earlier, later);
    }
}
