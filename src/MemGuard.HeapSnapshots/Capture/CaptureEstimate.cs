namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What a capture is expected to cost.</summary>
/// <param name="Objects">Objects on the heap.</param>
/// <param name="Pause">How long the process will stand still.</param>
/// <param name="StreamBytes">Memory that the stream takes until it is analysed.</param>
/// <param name="AnalysisBytes">Memory that the analysis takes on top.</param>
internal readonly record struct CaptureEstimate(long Objects, TimeSpan Pause, long StreamBytes, long AnalysisBytes)
{
    /// <summary>Whether no capture has counted the objects yet: then less memory may do, and is tried with.</summary>
    public bool IsGuess { get; init; }
}
