using System.Diagnostics;
using MemGuard;
using MemGuard.Limits;

namespace LeakyShop;

/// <summary>
/// Measures one phase. It forces one collection at its start and one at its end, in the leaky and the fixed run alike, to compare live bytes.
/// </summary>
internal sealed class PhaseMeter(IMemoryMonitor monitor)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _liveBytes = LiveBytes();
    private readonly IReadOnlyDictionary<string, double> _ledger = Ledger(monitor);
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
            LedgerStart = _ledger,
            LedgerEnd = Ledger(monitor),
            Gen2PerMinute = gen2 / seconds * 60,
            PauseMillisecondsPerMinute = pause.TotalMilliseconds / seconds * 60,
            P99Milliseconds = load.Percentile(0.99),
            Requests = load.Sent,
        };
    }

    private static Dictionary<string, double> Ledger(IMemoryMonitor monitor) => monitor.Latest?.Ledger is not { } ledger ? [] : new()
    {
        ["GC heap, resident"] = Megabytes(ledger.GCHeapBytes),
        ["malloc, used"] = Megabytes(ledger.NativeAllocatedBytes),
        ["malloc, free but kept"] = Megabytes(ledger.NativeFreeBytes),
        ["other anonymous"] = Megabytes(ledger.OtherAnonymousBytes),
        ["shared, with JIT code"] = Megabytes(ledger.SharedMemoryBytes),
        ["files"] = Megabytes(ledger.FileBytes),
        ["sum = working set"] = Megabytes(ledger.WorkingSetBytes),
    };

    private static double Megabytes(long? bytes) => (bytes ?? 0) / 1048576.0;

    private static long LiveBytes()
    {
        GC.Collect();
        GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return info.HeapSizeBytes - info.FragmentedBytes;
    }
}
