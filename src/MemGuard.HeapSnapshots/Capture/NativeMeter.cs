namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Counts the native bytes that snapshots hold, so that a test can prove that nothing stays behind.</summary>
internal static class NativeMeter
{
    private static long _currentBytes;
    private static long _peakBytes;

    public static long CurrentBytes => Interlocked.Read(ref _currentBytes);

    public static long PeakBytes => Interlocked.Read(ref _peakBytes);

    public static void ResetPeak() => Interlocked.Exchange(ref _peakBytes, CurrentBytes);

    public static void Add(long bytes)
    {
        long current = Interlocked.Add(ref _currentBytes, bytes);
        long peak = PeakBytes;
        while (current > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peakBytes, current, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }
}
