using System.Diagnostics;

namespace LeakyShop;

/// <summary>
/// Measures one phase. It forces one collection at its start and one at its end, in the leaky and the fixed run alike, to compare live bytes.
/// </summary>
internal sealed class PhaseMeter
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _liveBytes = LiveBytes();
    private readonly int _gen2Count = GC.CollectionCount(2);
    private readonly TimeSpan _pause = GC.GetTotalPauseDuration();

    public PhaseReport Finish(LoadDriver load)
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        int gen2 = GC.CollectionCount(2) - _gen2Count;
        TimeSpan pause = GC.GetTotalPauseDuration() - _pause;
        return new PhaseReport
        {
            Seconds = seconds,
            LiveHeapStartBytes = _liveBytes,
            WorkingSetBytes = Environment.WorkingSet,
            LiveHeapEndBytes = LiveBytes(),
            Gen2PerMinute = gen2 / seconds * 60,
            PauseMillisecondsPerMinute = pause.TotalMilliseconds / seconds * 60,
            P99Milliseconds = load.Percentile(0.99),
            Requests = load.Sent,
        };
    }

    private static long LiveBytes()
    {
        GC.Collect();
        GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return info.HeapSizeBytes - info.FragmentedBytes;
    }
}
