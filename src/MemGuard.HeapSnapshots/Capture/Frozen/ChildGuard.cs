namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Watches a frozen child from a thread of its own and ends it before it harms: when memory runs short, because each page that the application writes is kept twice, and when it lives too long.</summary>
internal sealed class ChildGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly FrozenChild _child;
    private readonly Func<long?> _readFreeBytes;
    private readonly long _floorBytes;
    private readonly TimeSpan _longest;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly ManualResetEventSlim _isDone = new();
    private readonly Thread _thread;

    /// <param name="child">The child.</param>
    /// <param name="readFreeBytes">Bytes to the nearest limit, now; null when unknown.</param>
    /// <param name="floorBytes">With less it is ended.</param>
    /// <param name="longest">After this it is ended.</param>
    /// <exception cref="InvalidOperationException">No thread can be had.</exception>
    public ChildGuard(FrozenChild child, Func<long?> readFreeBytes, long floorBytes, TimeSpan longest)
    {
        _child = child;
        _readFreeBytes = readFreeBytes;
        _floorBytes = floorBytes;
        _longest = longest;
        _thread = OwnThread.TryStart("MemGuard snapshot guard", Watch, OnFailure, ThreadPriority.AboveNormal)
            ?? throw new InvalidOperationException("there is no thread to watch the copy with");
    }

    public void Dispose()
    {
        _isDone.Set();
        _thread.Join();
        _isDone.Dispose();
    }

    private bool Watch()
    {
        if (_readFreeBytes() is { } free && free < _floorBytes)
        {
            _child.EndEarly($"memory ran short while the heap was read: {ByteText.Of(free)} were left");
            return false;
        }

        TimeSpan age = TimeProvider.System.GetElapsedTime(_start);
        if (age > _longest)
        {
            _child.EndEarly(FormattableString.Invariant($"reading the heap took longer than {_longest.TotalSeconds:F0} s"));
            return false;
        }

        return !_isDone.Wait(Interval);
    }

    // Unwatched it must not live.
    private void OnFailure(Exception failure) => _child.EndEarly($"the copy could not be watched: {failure.Message}");
}
