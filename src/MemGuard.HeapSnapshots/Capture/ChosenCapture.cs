namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Captures by the better way where it works, else by the other one, and says which and why.</summary>
/// <param name="preferred">The way that is asked first.</param>
/// <param name="fallback">The way that is taken where the first one does not work.</param>
/// <param name="maxPause">What the fallback may stop the process for when the first way fails after it was permitted.</param>
/// <param name="onFallback">Told once in the life of the process why the first one does not work.</param>
internal sealed class ChosenCapture(IHeapCapture preferred, IHeapCapture fallback, TimeSpan maxPause, Action<string> onFallback) : IHeapCapture, IDisposable
{
    private int _told;

    public bool IsAvailable(out string? reason)
    {
        string? other = null;
        bool isAvailable = preferred.IsAvailable(out string? first) || fallback.IsAvailable(out other);
        reason = isAvailable ? null : $"{first}; and {other}";
        return isAvailable;
    }

    public string? FindObstacle() => FindRejection() is { } rejection && FindFallbackObstacle() is { } obstacle ? $"{rejection}; and {obstacle}" : null;

    public CaptureEstimate Estimate() => Choose().Estimate();

    public bool TryLearn(TimeSpan maxPause) => Choose().TryLearn(maxPause);

    public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken)
    {
        string? rejection = copyTo is null ? FindRejection() : "only the event pipe has a stream to keep (KeepStream)";
        if (rejection is null)
        {
            try
            {
                return preferred.Capture(maxBufferBytes, null, cancellationToken);
            }
            catch (CaptureEndedException ended) when (IsAffordable(maxBufferBytes))
            {
                rejection = ended.Message;
            }
        }

        Tell(rejection);
        if (FindFallbackObstacle() is { } obstacle)
        {
            // The permit was given for the first way, against which nothing stood.
            throw new CaptureEndedException($"{rejection}; and {obstacle}");
        }

        CapturedHeap heap = fallback.Capture(maxBufferBytes, copyTo, cancellationToken);
        heap.CapturedBy = $"{heap.CapturedBy}, because {rejection}";
        return heap;
    }

    public void Dispose()
    {
        (preferred as IDisposable)?.Dispose();
        (fallback as IDisposable)?.Dispose();
    }

    private IHeapCapture Choose() => FindRejection() is null ? preferred : fallback;

    private string? FindRejection() => preferred.IsAvailable(out string? reason) ? preferred.FindObstacle() : reason;

    private string? FindFallbackObstacle() => fallback.IsAvailable(out string? reason) ? fallback.FindObstacle() : reason;

    // The permit was given for the first way's costs: the other one may not cost more than what was allowed.
    private bool IsAffordable(long maxBufferBytes) =>
        fallback.IsAvailable(out _) && fallback.Estimate() is var cost && cost.Pause <= maxPause && cost.ReadingBytes <= maxBufferBytes;

    private void Tell(string rejection)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            onFallback(rejection);
        }
    }
}
