namespace MemGuard.HeapSnapshots;

/// <summary>Takes heap snapshots of this process. Injected as a singleton; thread-safe.</summary>
public interface IHeapSnapshotService
{
    /// <summary>Takes a snapshot, or says why not.</summary>
    /// <param name="reason">Why, in your words: it stands in the report and in the log.</param>
    /// <param name="cancellationToken">Ends the wait. A capture that has begun is finished in the background and thrown away.</param>
    /// <returns>The snapshot, or the reason of the refusal. Dispose the snapshot.</returns>
    /// <remarks>
    /// The process stands still while the runtime collects and walks the heap, about 0.1–0.25 µs an object, and the analysis takes about 100 bytes of
    /// memory an object for a moment. The limits of <see cref="HeapSnapshotOptions"/> apply to every caller.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    Task<HeapSnapshotResult> CaptureAsync(string reason, CancellationToken cancellationToken = default);

    /// <summary>Takes a snapshot to compare with an earlier one: what grew since then is named too, and the report begins with it.</summary>
    /// <inheritdoc cref="CaptureAsync(string, CancellationToken)"/>
    /// <param name="reason">Why, in your words: it stands in the report and in the log.</param>
    /// <param name="baseline">The earlier snapshot of this process; it stays yours. An incomplete one is not compared with.</param>
    /// <param name="cancellationToken">Ends the wait. A capture that has begun is finished in the background and thrown away.</param>
    Task<HeapSnapshotResult> CaptureAsync(string reason, HeapSnapshot baseline, CancellationToken cancellationToken = default);
}
