namespace MemGuard.HeapSnapshots.Governor;

/// <summary>The right to take one snapshot. Holds the locks until disposed.</summary>
/// <param name="release">Gives the locks back.</param>
internal sealed class SnapshotPermit(Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The most memory that the stream may take.</summary>
    public long MaxBufferBytes { get; init; }

    /// <summary>The same when a first attempt was too small; 0 when memory allows no second one.</summary>
    public long RetryBufferBytes { get; init; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
