using System.Globalization;

namespace MemGuard.Testing;

/// <summary>The difference between two soak tests.</summary>
/// <param name="PerIteration">Growth for each call, less that of the baseline, in bytes.</param>
/// <param name="Low">Lower end of the interval at 99 %.</param>
/// <param name="High">Upper end of the interval at 99 %.</param>
/// <param name="Tolerance">What counts as no difference.</param>
public sealed record SoakComparison(double PerIteration, double Low, double High, double Tolerance)
{
    /// <summary>Whether this run certainly grows more than the baseline.</summary>
    public bool IsWorse => Low > Tolerance;

    /// <summary>The comparison as one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerIteration:+0.#;-0.#;0} B an iteration against the baseline ({Low:0.#} to {High:0.#} at 99 %): {(IsWorse ? "worse" : "no certain difference")}");
}
