namespace MemGuard.Bounded;

/// <summary>
/// Turns memory pressure into the share of its bounds that a structure may use: down step by step above the upper threshold, up more slowly
/// below the lower one, unchanged between them. Updated by one thread, read by any.
/// </summary>
internal sealed class PressureResponse
{
    private const double ShrinkAbove = 0.90;
    private const double RegrowBelow = 0.80;
    private const double ShrinkFactor = 0.90;
    private const double RegrowStep = 0.02;
    private const double Floor = 0.25;

    private double _ratio = 1;

    /// <summary>The share of its bounds that the structure may use, 0.25–1.</summary>
    public double Ratio => Volatile.Read(ref _ratio);

    /// <param name="pressure">The used share of the nearest memory limit, 0–1.</param>
    /// <returns>Whether <see cref="Ratio"/> changed.</returns>
    public bool Update(double pressure)
    {
        double ratio = pressure > ShrinkAbove ? Math.Max(Floor, _ratio * ShrinkFactor)
            : pressure < RegrowBelow ? Math.Min(1, _ratio + RegrowStep)
            : _ratio;
        bool hasChanged = Math.Abs(ratio - _ratio) > 1e-9;
        Volatile.Write(ref _ratio, ratio);
        return hasChanged;
    }
}
