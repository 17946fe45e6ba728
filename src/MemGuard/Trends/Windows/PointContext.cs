namespace MemGuard.Trends;

/// <summary>What else was true when a value was read; NaN where it is not known.</summary>
/// <param name="Load">Load per second.</param>
/// <param name="Witness">A second opinion on the value's growth.</param>
/// <param name="Managed">Bytes of the managed heap, for growth outside it that only keeps its books.</param>
/// <param name="Collections">Full collections since process start.</param>
internal readonly record struct PointContext(double Load, double Witness, double Managed, double Collections)
{
    public static PointContext Unknown => new(double.NaN, double.NaN, double.NaN, double.NaN);
}
