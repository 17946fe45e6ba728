namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Watches a frozen child from a thread of its own and ends it before it harms: when memory runs short, because each page that the application writes is kept twice, and when it lives too long or is going to.</summary>
internal sealed class ChildGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    // What is read in this time tells how long the whole takes.
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);

    private readonly FrozenChild _child;
    private readonly Func<long?> _readFreeBytes;
    private readonly long _floorBytes;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly ManualResetEventSlim _isDone = new();
    private readonly Thread _thread;
    private long _expectedBytes;
    private long _lastFreeBytes;

    /// <param name="child">The child.</param>
    /// <param name="readFreeBytes">Bytes to the nearest limit, now; null when unknown.</param>
    /// <param name="floorBytes">With less it is ended.</param>
    /// <param name="longest">After this it is ended.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="InvalidOperationException">No thread can be had.</exception>
    public ChildGuard(FrozenChild child, Func<long?> readFreeBytes, long floorBytes, TimeSpan longest, TimeProvider timeProvider)
    {
        _child = child;
        _readFreeBytes = readFreeBytes;
        _floorBytes = floorBytes;
        _longest = longest;
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        _thread = OwnThread.TryStart("MemGuard snapshot guard", Watch, OnFailure, ThreadPriority.AboveNormal)
            ?? throw new InvalidOperationException("there is no thread to watch the copy with");
    }

    /// <summary>What will be read in all; 0 until it is known.</summary>
    public long ExpectedBytes
    {
        get => Volatile.Read(ref _expectedBytes);
        set => Volatile.Write(ref _expectedBytes, value);
    }

    public void Dispose()
    {
        _isDone.Set();
        _thread.Join();
        _isDone.Dispose();
    }

    private bool Watch()
    {
        if (_readFreeBytes() is { } free)
        {
            // As much may be gone again before the next look.
            long expected = free - Math.Max(_lastFreeBytes - free, 0);
            _lastFreeBytes = free;
            if (expected < _floorBytes)
            {
                _child.EndEarly($"memory ran short while the heap was read: {ByteText.Of(free)} were left");
                return false;
            }
        }

        TimeSpan age = _timeProvider.GetElapsedTime(_start);
        if (age > _longest)
        {
            _child.EndEarly(FormattableString.Invariant($"reading the heap took longer than {_longest.TotalSeconds:F0} s"));
            return false;
        }

        // Known early it is ended early: each second costs the application copied pages.
        double progress = (double)_child.Memory.BytesRead / Math.Max(ExpectedBytes, 1);
        if (age > Trial && ExpectedBytes > 0 && age > _longest * progress)
        {
            _child.EndEarly(FormattableString.Invariant($"reading the heap would take longer than {_longest.TotalSeconds:F0} s: {progress:P0} was read in {age.TotalSeconds:F0} s, on a machine that is too busy"));
            return false;
        }

        return !_isDone.Wait(Interval);
    }

    // Unwatched it must not live.
    private void OnFailure(Exception failure) => _child.EndEarly($"the copy could not be watched: {failure.Message}");
}
