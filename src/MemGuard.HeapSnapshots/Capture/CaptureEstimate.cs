namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What a capture is expected to cost.</summary>
/// <param name="Objects">Objects on the heap.</param>
/// <param name="Pause">How long the process will stand still.</param>
/// <param name="ReadingBytes">Memory that it takes until everything is read; given back as it is read.</param>
/// <param name="AnalysisBytes">Memory that the analysis takes from then on.</param>
internal readonly record struct CaptureEstimate(long Objects, TimeSpan Pause, long ReadingBytes, long AnalysisBytes)
{
    /// <summary>The most memory that it takes at any time.</summary>
    public long PeakBytes => Math.Max(ReadingBytes, AnalysisBytes);

    /// <summary>Whether no capture has counted the objects yet: then less memory may do, and is tried with.</summary>
    public bool IsGuess { get; init; }
}
