namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A way of reading the own heap. EventPipe is one; a forked walker could be another.</summary>
internal interface IHeapCapture
{
    /// <summary>Whether it can work in this process at all.</summary>
    /// <param name="reason">Why not; null when it can.</param>
    bool IsAvailable(out string? reason);

    /// <summary>Why none may be taken now, though later one may; null when nothing stands against it.</summary>
    string? FindObstacle() => null;

    /// <summary>What a capture would cost now.</summary>
    CaptureEstimate Estimate();

    /// <summary>Does what makes a guess better at little cost, where that is possible.</summary>
    /// <param name="maxPause">The longest that it may stop the process.</param>
    /// <returns>Whether <see cref="Estimate"/> knows more now.</returns>
    bool TryLearn(TimeSpan maxPause) => false;

    /// <summary>Suspends the process and reads its heap. Blocks the calling thread; call it on a background thread.</summary>
    /// <param name="maxBufferBytes">The most memory the stream may take.</param>
    /// <param name="copyTo">Receives a copy of the raw stream where the way of capturing has one; null for none.</param>
    /// <param name="cancellationToken">Looked at before the process is suspended, not during.</param>
    CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken);
}
