namespace MemGuard.Trends;

/// <summary>What a window is held against.</summary>
/// <param name="Uptime">Seconds since process start.</param>
/// <param name="Room">Units left until the nearer limit, seen from the window's end; infinite when no limit is known.</param>
/// <param name="MinimumGrowth">Least growth in units.</param>
/// <param name="MinimumRatio">Least growth as a share of the base.</param>
/// <param name="BigRatio">Growth as a share of the base that is a leak whatever the limit.</param>
/// <param name="Base">What growth is compared with; NaN for the window's own first quarter.</param>
/// <param name="Strictness">Factor on what growth must reach.</param>
/// <param name="Horizon">Seconds within which slow growth must reach the limit.</param>
/// <param name="IsUnmanaged">Whether the series is memory outside the heap, which has traps of its own.</param>
/// <param name="Peaks">What the series has reached before, when that is known.</param>
internal readonly record struct GrowthDemands(
    double Uptime,
    double Room,
    double MinimumGrowth,
    double MinimumRatio,
    double BigRatio,
    double Base,
    double Strictness,
    double Horizon,
    bool IsUnmanaged,
    PeakHistory? Peaks)
{
    /// <summary>No limit is known and the room is a guess: then only growth compared with the base decides in the long run.</summary>
    public bool IsRoomAssumed { get; init; }

    /// <summary>Growth below this never matters, at a level of <paramref name="level"/>.</summary>
    public double LeastGrowth(double level) => Math.Max(MinimumGrowth, MinimumRatio * (double.IsNaN(Base) ? level : Base));

    /// <summary>Whether values between these two may show growth that matters: no window shows more than four thirds of their range.</summary>
    public bool AllowsGrowth(double lowest, double highest) => 4.0 / 3 * (highest - lowest) >= LeastGrowth(lowest);
}
