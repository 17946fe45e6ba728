namespace MemGuard.Trends;

/// <summary>Hears what the detector looked at and what it decided; for <c>Replay --explain</c>. Absent in a service, so it costs nothing there.</summary>
internal abstract class TrendTrace
{
    /// <summary>A window of a series was examined.</summary>
    public abstract void Looked(double time, MemorySeries series, double width, in GrowthEvidence evidence);

    /// <summary>Something was decided, in words.</summary>
    public abstract void Decided(double time, MemorySeries series, string what);
}
