namespace MemGuard.Trends;

/// <summary>
/// Decides whether one window shows a leak. Carried by importance (share of the room), several scales, load and
/// levelling-off; significance is reported and never asked for. docs/detector.md explains each test.
/// </summary>
internal static class GrowthCheck
{
    public const int MinimumPoints = 12;

    /// <summary>Of the growth, the share that the second opinion must show.</summary>
    public const double LeastWitnessShare = 0.4;

    /// <summary>Managed growth over unmanaged growth beyond which the unmanaged one is not told.</summary>
    private const double LargestManagedRatio = 3;

    private const double LoadShare = 0.6;
    private const double UnmanagedLoadShare = 0.3;

    /// <summary>Slope of the second half over that of the first: what fills up bends long before it is full.</summary>
    private const double LeastSlopeRatio = 0.85;

    /// <summary>Widest interval of the slope, upper end over lower: growth that may as well be half as steep again says little about what comes.</summary>
    private const double WidestSlope = 1.5;
    private const double PeakSpan = 9 * Hour;
    private const double UnwitnessedSpan = 300;
    private const double ContradictedSpan = 1800;
    private const double Hour = 3600;

    /// <param name="window">The points; its floors are adjusted in place.</param>
    /// <param name="demands">What they are held against.</param>
    public static GrowthEvidence Examine(GrowthWindow window, in GrowthDemands demands)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span };
        evidence.Failed = FirstFailure(window, demands, ref evidence);
        return evidence;
    }

    private static GrowthTest FirstFailure(GrowthWindow window, in GrowthDemands demands, ref GrowthEvidence evidence)
    {
        if (window.Count < MinimumPoints)
        {
            return GrowthTest.Points;
        }

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

        if (!RemainsWithoutLoad(window, demands, floor, ref evidence))
        {
            return GrowthTest.Load;
        }

        evidence.Rule = Importance.Judge(demands, floor, ref evidence);
        if (evidence.Rule == GrowthRule.None)
        {
            return GrowthTest.Importance;
        }

        return !IsSpread(window, ref evidence) ? GrowthTest.Spread
            : !IsGradual(window, ref evidence) ? GrowthTest.Jumps
            : !IsNewHigh(window, demands, ref evidence) ? GrowthTest.NewHigh
            : !GoesOn(window, ref evidence) ? GrowthTest.LevellingOff
            : evidence.Slope.Width > WidestSlope ? GrowthTest.Certainty
            : !IsWitnessed(window, demands, ref evidence) ? GrowthTest.Witness
            : demands.IsUnmanaged && !IsOfItsOwn(window, ref evidence) ? GrowthTest.Proportion
            : demands.IsUnmanaged && !SurvivesCollections(window, ref evidence) ? GrowthTest.Collections
            : GrowthTest.None;
    }

    /// <summary>Whether enough growth remains when the load's share is taken out, which happens in place.</summary>
    public static bool RemainsWithoutLoad(GrowthWindow window, in GrowthDemands demands, double floor, ref GrowthEvidence evidence)
    {
        bool isSettled = LoadModel.Subtract(window);
        evidence.Growth = GrowthWindow.WholeOverQuarters * (window.Quarter(3) - window.Quarter(0));

        double reference = window.LoadQuarter(0);
        double older = GrowthWindow.Mean(window.OlderLoads);
        if (older < reference)
        {
            reference = older;
            floor = Math.Min(floor, RobustSlope.Median(window.OlderFloors));
        }

        evidence.LoadRatio = window.LoadQuarter(3) / reference;

        // A service that serves more holds more: most of its base may grow with the load.
        if (!isSettled && evidence.LoadRatio > 1.1 && double.IsFinite(evidence.LoadRatio))
        {
            evidence.Growth -= (demands.IsUnmanaged ? UnmanagedLoadShare : LoadShare) * floor * (evidence.LoadRatio - 1);
        }

        return evidence.Growth >= evidence.RequiredGrowth;
    }

    private static bool IsSpread(GrowthWindow window, ref GrowthEvidence evidence)
    {
        double q0 = window.Quarter(0), q1 = window.Quarter(1), q2 = window.Quarter(2), q3 = window.Quarter(3);
        double rise = q3 - q0;
        double largest = Math.Max(q1 - q0, Math.Max(q2 - q1, q3 - q2)) / rise;
        bool allRise = q1 > q0 && q2 > q1 && q3 > q2;
        evidence.LargestQuarterShare = largest;
        return evidence.Span >= 20 * Hour || (rise > 0 && allRise && largest <= 0.62);
    }

    private static bool IsGradual(GrowthWindow window, ref GrowthEvidence evidence)
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
        for (int i = Math.Max(0, steps.Length - 6); i < steps.Length; i++)
        {
            largest += steps[i];
        }

        evidence.JumpShare = rise <= 0 ? double.PositiveInfinity : largest / rise;
        return evidence.JumpShare <= 0.85 || evidence.Urgency >= 0.5;
    }

    private static bool IsNewHigh(GrowthWindow window, in GrowthDemands demands, ref GrowthEvidence evidence)
    {
        // Over hours only floors count, or one old peak would hide a leak; within hours a ramp to where the level has been is none.
        double highest = window.Span < PeakSpan && demands.Peaks is PeakHistory peaks ? peaks.HighestBefore(window.Times[0]) : 0;
        foreach (double older in window.OlderFloors)
        {
            highest = Math.Max(highest, older);
        }

        if (highest <= 0)
        {
            return true;
        }

        evidence.NewHighRatio = window.Floors[^1] / highest;
        return evidence.NewHighRatio > 1.02;
    }

    private static bool GoesOn(GrowthWindow window, ref GrowthEvidence evidence)
    {
        int half = window.Count / 2;
        ReadOnlySpan<double> floors = window.Floors;
        double first = RobustSlope.Sen(window.Times[..half], floors[..half]);
        double second = RobustSlope.Sen(window.Times[^half..], floors[^half..]);
        evidence.HalfSlopeRatio = Ratio(second, first);
        evidence.Slope = RobustSlope.SenInterval(window.Times, floors);
        if (evidence.HalfSlopeRatio > 1.5)
        {
            evidence.Slope = RobustSlope.SenInterval(window.Times[^half..], floors[^half..]);
        }

        evidence.KendallZ = RobustSlope.KendallZ(floors);
        evidence.RequiredSlopeRatio = LeastSlopeRatio;
        double highest = evidence.Rule == GrowthRule.Slow ? double.PositiveInfinity : 3.5;
        bool continues = IsBetween(evidence.HalfSlopeRatio, evidence.RequiredSlopeRatio, highest);
        if (!continues)
        {
            continues = IsBetween(LoadSlopeRatio(window, half), evidence.RequiredSlopeRatio, highest);
        }

        if (evidence.Rule == GrowthRule.Big && !IsBetween(evidence.HalfSlopeRatio, 0.85, 2.5))
        {
            return false;
        }

        if (continues && window.OlderTimes.Length >= 6)
        {
            evidence.OlderSlopeRatio = Ratio(RobustSlope.Sen(window.OlderTimes, window.OlderFloors), RobustSlope.Sen(window.Times, floors));
            continues = evidence.OlderSlopeRatio <= 1.3 || evidence.Urgency >= 0.5;
        }

        return continues;
    }

    private static bool IsWitnessed(GrowthWindow window, in GrowthDemands demands, ref GrowthEvidence evidence)
    {
        evidence.WitnessShare = window.WitnessGrowth / evidence.Growth;

        // Pages of a large array that was freed stay resident for minutes; what grows for longer than that may also be maps,
        // which the allocator does not know.
        return !demands.IsUnmanaged
            || evidence.WitnessShare >= LeastWitnessShare
            || evidence.Span >= (double.IsNaN(evidence.WitnessShare) ? UnwitnessedSpan : ContradictedSpan);
    }

    /// <summary>The collector's own books grow with the heap, and a heap that grows steeper is the thing to look at.</summary>
    private static bool IsOfItsOwn(GrowthWindow window, ref GrowthEvidence evidence)
    {
        evidence.ManagedRatio = window.ManagedGrowth / evidence.Growth;
        return !(evidence.ManagedRatio > LargestManagedRatio);
    }

    /// <summary>Native memory behind finalizable handles grows until a collection finds the handles dead.</summary>
    private static bool SurvivesCollections(GrowthWindow window, ref GrowthEvidence evidence)
    {
        evidence.Collections = window.CollectionCount;
        return !(evidence.Collections < 1) || evidence.Urgency >= 0.5 || evidence.Span >= Hour;
    }

    /// <summary>The same ratio against work done instead of time: a leak per request slows down at night and is one still.</summary>
    private static double LoadSlopeRatio(GrowthWindow window, int half)
    {
        Span<double> work = stackalloc double[window.Count];
        double sum = 0;
        for (int i = 1; i < window.Count; i++)
        {
            sum += (window.Times[i] - window.Times[i - 1]) * window.Loads[i];
            work[i] = sum;
        }

        return double.IsNaN(sum)
            ? double.NaN
            : Ratio(RobustSlope.Sen(work[^half..], window.Floors[^half..]), RobustSlope.Sen(work[..half], window.Floors[..half]));
    }

    /// <summary>A ratio of slopes: infinite when only the later one rises, 0 when it does not.</summary>
    public static double Ratio(double numerator, double denominator) =>
        denominator > 0 ? numerator / denominator : numerator > 0 ? double.PositiveInfinity : 0;

    private static bool IsBetween(double value, double low, double high) => value >= low && value <= high;
}
