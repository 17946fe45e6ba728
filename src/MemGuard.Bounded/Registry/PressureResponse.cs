namespace MemGuard.Bounded;

/// <summary>
/// Turns memory pressure into the share of its bounds that a structure may use: down above the upper threshold, up more slowly below the lower
/// one, unchanged between them. By time, not by the number of updates: how often the pressure is measured makes no difference.
/// </summary>
/// <remarks>Updated by one thread at a time, read by any.</remarks>
internal sealed class PressureResponse
{
    public const double ShrinkAbove = 0.90;
    public const double RegrowBelow = 0.80;
    private const double ShrinkFactorPerSecond = 0.90;
    private const double RegrowPerSecond = 0.02;
    private const double Floor = 0.25;

    // After a suspend nobody knows what the pressure was: it counts for no more than this.
    private const double MaxSeconds = 5;

    private double _ratio = 1;

    /// <summary>The share of its bounds that the structure may use, 0.25–1.</summary>
    public double Ratio => Volatile.Read(ref _ratio);

    /// <param name="pressure">The used share of the nearest memory limit, 0–1.</param>
    /// <param name="elapsed">Time since the last update.</param>
    /// <returns>Whether <see cref="Ratio"/> changed.</returns>
    public bool Update(double pressure, TimeSpan elapsed)
    {
        double seconds = Math.Clamp(elapsed.TotalSeconds, 0, MaxSeconds);
        double ratio = pressure > ShrinkAbove ? Math.Max(Floor, _ratio * Math.Pow(ShrinkFactorPerSecond, seconds))
            : pressure < RegrowBelow ? Math.Min(1, _ratio + (RegrowPerSecond * seconds))
            : _ratio;
        return Set(ratio);
    }

    /// <summary>Gives the structure all of its bounds back.</summary>
    /// <returns>Whether <see cref="Ratio"/> changed.</returns>
    public bool Release() => Set(1);

    private bool Set(double ratio)
    {
        bool hasChanged = Math.Abs(ratio - _ratio) > 1e-9;
        Volatile.Write(ref _ratio, ratio);
        return hasChanged;
    }
}
