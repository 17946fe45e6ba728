using System.Runtime.CompilerServices;

namespace MemGuard.Testing;

/// <summary>Measures what is alive on the managed heap: after warm-up the same to the byte from point to point, for most code.</summary>
internal static class LiveHeap
{
    /// <summary>Two full collections, with the finalizers between them, on a thread of its own: nothing of the caller's stack keeps anything alive.</summary>
    public static Task<long> MeasureAsync() => Task.Factory.StartNew(Measure, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Measure()
    {
        Collect();
        GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return info.HeapSizeBytes - info.FragmentedBytes;
    }

    public static void Collect()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
    }
}
