using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>What a window is held against.</summary>
/// <param name="Uptime">Seconds since process start.</param>
/// <param name="Headroom">Units left until the nearer limit, seen from the window's end; infinite when no limit is known.</param>
/// <param name="MinimumGrowth">Least growth in units.</param>
/// <param name="MinimumRatio">Least growth as a share of the base.</param>
/// <param name="Base">What growth is compared with; NaN for the window's own first quarter.</param>
/// <param name="Strictness">Factor on what growth must reach.</param>
/// <param name="Horizon">Seconds within which slow growth must reach the limit.</param>
/// <param name="IsUnmanaged">Whether the series is memory outside the heap, which has traps of its own.</param>
/// <param name="Peaks">What the series has reached before, when that is known.</param>
internal readonly record struct GrowthDemands(
    double Uptime,
    double Headroom,
    double MinimumGrowth,
    double MinimumRatio,
    double Base,
    double Strictness,
    double Horizon,
    bool IsUnmanaged,
    PeakHistory? Peaks)
{
    /// <summary>The thresholds.</summary>
    public TrendRules Rules { get; init; } = TrendRules.Default;

    /// <summary>No limit is known and the headroom is a guess: then only growth compared with the base decides in the long run.</summary>
    public bool IsHeadroomAssumed { get; init; }

    /// <summary>Whether the series may be pages of files, which the system takes back: the working set alone confirms nothing.</summary>
    public bool IsReclaimable { get; init; }

    /// <summary>Growth over the level it began at that is a leak whatever the limit.</summary>
    public double BigRatio => IsUnmanaged ? Rules.Importance.BigUnmanagedGrowthRatio : Rules.Importance.BigGrowthRatio;

    /// <summary>A level beside the series' own that growth is compared with, for memory outside the heap; 0 for none.</summary>
    public double Level { get; init; }

    /// <summary>Factor on the strictness for windows of at least <see cref="EasedSpan"/> seconds.</summary>
    public double EasedFactor { get; init; } = 1;

    public double EasedSpan { get; init; }

    /// <summary>Who holds the growth; null where nobody knows, or it changes nothing.</summary>
    public GrowthHolder? Holder { get; init; }

    /// <summary>The same with what is known of who holds the growth.</summary>
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    public GrowthDemands HeldBy(GrowthHolder? holder) =>
        (holder?.Kind == HolderKind.Lasting ? Lasting() : holder?.IsPassing == true ? Times(Rules.Holder.PassingFactor) : this) with { Holder = holder };

    /// <summary>The same where what holds the growth lasts: less of it is enough once it has gone on for long enough to be no start.</summary>
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    public GrowthDemands Lasting() => this with
    {
        EasedPasses = Rules.Holder.LastingPasses,
        EasedFactor = Math.Min(EasedFactor, Rules.Holder.LastingFactor),
        EasedSpan = Math.Max(EasedSpan, Rules.Holder.LastingSpanSeconds),
    };

    /// <summary>Examinations in a row that must pass for windows of at least <see cref="EasedSpan"/> seconds, where they are fewer than those of the others.</summary>
    public int EasedPasses { get; init; } = int.MaxValue;

    /// <summary>Examinations in a row that must pass for growth over this many seconds.</summary>
    public int PassesOver(double span) => span >= EasedSpan ? Math.Min(EasedPasses, Rules.Examination.Passes) : Rules.Examination.Passes;

    /// <summary>Whether growth that passed is waited for, because of what holds it: never near the limit, nor when it has come to a multiple of where it began.</summary>
    public bool WaitsFor(ref GrowthEvidence evidence)
    {
        evidence.Holder = Holder?.Kind ?? HolderKind.Unknown;
        return Holder?.Waits(Uptime, evidence.End) == true
            && evidence.Urgency < Rules.Window.UndisputedUrgency
            && evidence.Growth < Judgement.LeastGrowth(Rules.Importance.MultipleLeastBytes, Rules.Importance.MultipleRatio, evidence.End - evidence.Growth)
            && Headroom / evidence.Slope.PerSecond >= Rules.Holder.NearSeconds;
    }

    /// <summary>The same with growth that need reach only this much of what is asked.</summary>
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    public GrowthDemands Times(double factor) => this with { Strictness = factor * Strictness };

    /// <summary>What growth over this many seconds must reach, as a factor.</summary>
    public double StrictnessOver(double span) => span >= EasedSpan ? EasedFactor * Strictness : Strictness;

    /// <summary>Growth below this never matters, at a level of <paramref name="level"/>.</summary>
    public double LeastGrowth(double level) =>
        Judgement.LeastGrowth(MinimumGrowth, MinimumRatio, double.IsNaN(Base) ? level : Base);

    /// <summary>Growth over what it has eaten and what is left.</summary>
    public double Urgency(double growth) => Judgement.Urgency(growth, Headroom);

    /// <summary>Whether a window with this lowest value, rise and length may show growth that matters: a quick look that ends most of them.</summary>
    public bool Allows(double lowest, double rise, double span, out GrowthEvidence evidence)
    {
        // Growth is taken from medians of quarters, the last less the first: no window shows more than four thirds of its rise.
        double most = GrowthWindow.WholeOverQuarters * rise;
        evidence = new GrowthEvidence { Span = span, Growth = most, RequiredGrowth = LeastGrowth(lowest), Urgency = Urgency(most) };
        evidence.Failed = most < evidence.RequiredGrowth ? GrowthTest.Size : Importance.Allows(evidence, lowest, this) ? GrowthTest.None : GrowthTest.Importance;
        return evidence.Failed == GrowthTest.None;
    }
}
