using MemGuard.Costs;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Runs work on a thread of its own and hands its result to whoever waits. Nothing can leave the thread, also when nothing can be allocated any more.</summary>
internal static class SnapshotThread
{
    /// <summary>Made beforehand: where this is needed nothing can be made.</summary>
    private static readonly HeapSnapshotResult Failed = new() { RefusedBecause = "it failed, and there was no memory left to say why" };

    /// <returns>The result; a refusal where no thread can be started.</returns>
    public static Task<HeapSnapshotResult> Run(Func<HeapSnapshotResult> work)
    {
        TaskCompletionSource<HeapSnapshotResult> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? failure = null;
        Thread? thread = OwnThread.TryStart("MemGuard snapshot", OwnCosts.OfProcess.Meter(CostPart.Snapshots, () => Work(work, finished)), exception => failure = exception);
        return thread is null
            ? Task.FromResult(new HeapSnapshotResult { RefusedBecause = "no thread can be started: " + (failure?.Message ?? "unknown reason") })
            : finished.Task;
    }

    /// <returns>False: there is one step.</returns>
    private static bool Work(Func<HeapSnapshotResult> work, TaskCompletionSource<HeapSnapshotResult> finished)
    {
        HeapSnapshotResult result = Failed;
        try
        {
            result = work();
        }
        catch
        {
            // The work contains its own exceptions: only what could not even be contained comes here.
        }

        try
        {
            finished.TrySetResult(result);
        }
        catch
        {
            // Whoever waits is told by its own timeout.
        }

        return false;
    }
}
