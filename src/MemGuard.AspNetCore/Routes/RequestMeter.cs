namespace MemGuard.AspNetCore.Routes;

/// <summary>
/// Counts what one request allocates, wherever it runs: each time the request's context comes onto a thread or leaves it, the thread's own count is
/// read. Work that it starts and does not await counts as long as it runs before the request ends.
/// </summary>
internal sealed class RequestMeter
{
    private static readonly AsyncLocal<RequestMeter?> Current = new(OnSwitched);

    /// <summary>The thread's count when the request came onto it; meaningful only while it is there.</summary>
    [ThreadStatic]
    private static long _cameAt;

    /// <summary>Several threads may run parts of one request at once.</summary>
    private long _allocatedBytes;

    public long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>Begins to count on this thread. Call it in an asynchronous method: its end takes the request off the thread.</summary>
    public static RequestMeter Start()
    {
        RequestMeter meter = new();
        Current.Value = meter;
        return meter;
    }

    /// <summary>Ends the count.</summary>
    public static void Stop() => Current.Value = null;

    private static void OnSwitched(AsyncLocalValueChangedArgs<RequestMeter?> change)
    {
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (change.PreviousValue is { } left)
        {
            Interlocked.Add(ref left._allocatedBytes, now - _cameAt);
        }

        _cameAt = now;
    }
}
