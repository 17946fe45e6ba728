using System.Runtime.CompilerServices;
using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The heap of this process.</summary>
internal sealed class ProbedHeap : IProbedHeap
{
    /// <summary>How long the finalizers may take between the two collections: one that hangs must not hang the probe.</summary>
    private static readonly TimeSpan FinalizerWait = TimeSpan.FromSeconds(2);

    public bool HasBackgroundCollections => ConfirmingCollection.IsPossible;

    public long TotalMemoryBytes => GC.GetTotalMemory(forceFullCollection: false);

    public long? WorkingSetBytes
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return new FrameworkProcessMemory().Read().WorkingSetBytes;
            }

            using LinuxProcessMemory memory = new(SystemFiles.Instance, Environment.SystemPageSize);
            return memory.Read().WorkingSetBytes;
        }
    }

    public TimeSpan TotalPauseDuration => GC.GetTotalPauseDuration();

    public GCRecord Read(GCKind kind) => GCRecord.From(GC.GetGCMemoryInfo(kind));

    public void Collect(ProbeCollection collection)
    {
        if (collection == ProbeCollection.Background)
        {
            ConfirmingCollection.Request();
            return;
        }

        using ManualResetEventSlim finalized = new();
        Drop(finalized);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        finalized.Wait(FinalizerWait);
        GC.Collect(2, collection == ProbeCollection.Aggressive ? GCCollectionMode.Aggressive : GCCollectionMode.Forced, blocking: true, compacting: collection == ProbeCollection.Aggressive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ManualResetEventSlim finalized) => _ = new Sentinel(finalized);

    // Finalized after what was found dead with it, near enough; the framework's wait for the finalizers has no end.
    private sealed class Sentinel(ManualResetEventSlim finalized)
    {
        ~Sentinel()
        {
            try
            {
                finalized.Set();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more.
            }
        }
    }
}
