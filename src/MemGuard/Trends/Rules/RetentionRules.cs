namespace MemGuard.Trends;

/// <summary>When memory that is resident and free is worth an answer: no problem, but asked about.</summary>
internal sealed record RetentionRules
{
    /// <summary>Free bytes that the GC keeps: 248 MB committed for a heap of 1 MB were seen after a spike.</summary>
    public double HeapBytes { get; init; } = 100 << 20;

    /// <summary>And of what it has committed at least this share.</summary>
    public double HeapShare { get; init; } = 0.5;

    /// <summary>Free bytes that the C library keeps: its arenas grow by 64 MB each.</summary>
    public double AllocatorBytes { get; init; } = 64 << 20;

    /// <summary>And at least as many as are in use, times this.</summary>
    public double AllocatorRatio { get; init; } = 1;

    /// <summary>Share of the demands below which it ends, so that it does not flicker.</summary>
    public double OffShare { get; init; } = 0.7;
}
