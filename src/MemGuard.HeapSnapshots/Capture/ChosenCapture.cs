namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Captures by the better way where it works, else by the other one, and says which and why.</summary>
/// <param name="preferred">The way that is asked first.</param>
/// <param name="fallback">The way that is taken where the first one does not work.</param>
/// <param name="maxPause">What the fallback may stop the process for when the first way fails after it was permitted.</param>
/// <param name="onFallback">Told once in the life of the process why the first one does not work.</param>
internal sealed class ChosenCapture(IHeapCapture preferred, IHeapCapture fallback, TimeSpan maxPause, Action<string> onFallback) : IHeapCapture
{
    private int _told;

    public bool IsAvailable(out string? reason)
    {
        if (FindObstacle() is not { } obstacle)
        {
            reason = null;
            return true;
        }

        if (!fallback.IsAvailable(out string? other))
        {
            reason = $"{obstacle}; and {other}";
            return false;
        }

        reason = null;
        return true;
    }

    public CaptureEstimate Estimate() => (FindObstacle() is null ? preferred : fallback).Estimate();

    public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken)
    {
        string? obstacle = copyTo is null ? FindObstacle() : "only the event pipe has a stream to keep (KeepStream)";
        if (obstacle is null)
        {
            try
            {
                return preferred.Capture(maxBufferBytes, null, cancellationToken);
            }
            catch (CaptureEndedException ended) when (IsAffordable(maxBufferBytes))
            {
                obstacle = ended.Message;
            }
        }

        Tell(obstacle);
        CapturedHeap heap = fallback.Capture(maxBufferBytes, copyTo, cancellationToken);
        heap.CapturedBy = $"{heap.CapturedBy}, because {obstacle}";
        return heap;
    }

    private string? FindObstacle() => preferred.IsAvailable(out string? reason) ? null : reason;

    // The permit was given for the first way's costs: the other one may not cost more than what was allowed.
    private bool IsAffordable(long maxBufferBytes) =>
        fallback.IsAvailable(out _) && fallback.Estimate() is var cost && cost.Pause <= maxPause && cost.StreamBytes <= maxBufferBytes;

    private void Tell(string obstacle)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            onFallback(obstacle);
        }
    }
}
