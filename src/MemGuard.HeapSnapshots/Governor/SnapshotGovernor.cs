using System.Globalization;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Files;

namespace MemGuard.HeapSnapshots.Governor;

/// <summary>Every snapshot asks here first: whether one is possible, affordable in pause, memory and disk, and due. One at a time, in this process and across processes.</summary>
/// <param name="capture">The way of capturing.</param>
/// <param name="store">Where snapshots and the rate limit's state are kept.</param>
/// <param name="limits">The limits.</param>
/// <param name="getFreeMemory">Bytes to the nearest memory limit; null when unknown.</param>
/// <param name="timeProvider">The wall clock of the rate limit.</param>
internal sealed class SnapshotGovernor(IHeapCapture capture, SnapshotStore store, GovernorLimits limits, Func<long?> getFreeMemory, TimeProvider timeProvider)
{
    /// <summary>The refusal while another one is being taken.</summary>
    public const string Busy = "another snapshot is being taken";

    private const int DiskBytesPerObject = 45;
    private const long ReportBytes = 4L << 20;
    private const long SmallestBuffer = 16L << 20;

    /// <summary>What the analysis of a full buffer's objects takes, in buffers: 60 bytes an object of at least 44 in the stream. The buffer is gone by then.</summary>
    private const double AnalysisOfBuffer = 1.4;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnBsd = 35;
    private const int SharingViolation = 32;
    private const int LockViolation = 33;

    private readonly SteadyClock _steady = new(timeProvider);

    // Held for the moment of an answer, and while an earlier process's leftovers are removed: that is no snapshot, whoever asks meanwhile waits for it.
    private readonly Lock _answering = new();

    // 1 while a snapshot is being taken in this process.
    private int _isBusy;

    /// <summary>Whether a snapshot is being taken: whoever asks now is refused.</summary>
    public bool IsBusy => Volatile.Read(ref _isBusy) == 1;

    /// <summary>The time by which the age of kept snapshots is told.</summary>
    public DateTimeOffset SteadyNow => _steady.Now;

    /// <returns>A permit, or why there is none.</returns>
    public (SnapshotPermit? Permit, string? RefusedBecause) Ask(SnapshotCause cause)
    {
        lock (_answering)
        {
            return Answer(cause);
        }
    }

    /// <summary>Removes what an earlier process left behind. Makes nothing, and does nothing while a snapshot is being taken.</summary>
    public void Clean()
    {
        lock (_answering)
        {
            if (IsBusy || !store.IsReady())
            {
                return;
            }

            using FileStream? lockFile = TryLock();
            if (lockFile is not null)
            {
                TryTrim();
            }
        }
    }

    private (SnapshotPermit? Permit, string? RefusedBecause) Answer(SnapshotCause cause)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            return (null, Busy);
        }

        FileStream? lockFile = null;
        SnapshotPermit? permit = null;
        try
        {
            string? refusal = FindObstacle();
            if (refusal is not null)
            {
                return (null, refusal);
            }

            lockFile = TryLock();
            if (lockFile is null)
            {
                return (null, "another process is taking a snapshot");
            }

            // Whatever becomes of this attempt: a service that is refused, or killed in every capture, must not fill the disk either.
            refusal = TryTrim();
            if (refusal is not null)
            {
                return (null, refusal);
            }

            (permit, refusal) = Budget(cause, lockFile);
            return (permit, refusal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, $"the rate limit's state cannot be kept: {exception.Message}");
        }
        finally
        {
            // A permit has taken the locks over.
            if (permit is null)
            {
                Release(lockFile);
            }
        }
    }

    private string? FindObstacle() => capture.IsAvailable(out string? reason) ? capture.FindObstacle() ?? store.Prepare() : reason;

    private (SnapshotPermit? Permit, string? RefusedBecause) Budget(SnapshotCause cause, FileStream lockFile)
    {
        string statePath = Path.Combine(store.Root, "governor");
        DateTimeOffset now = timeProvider.GetUtcNow();
        GovernorState state = GovernorState.Read(statePath, now);
        CaptureEstimate estimate = default;
        long? free = getFreeMemory();
        string? refusal = state.FindObjection(cause, now, limits) ?? FindCost(free, out estimate);
        if (refusal is not null)
        {
            if (state.IsMoved)
            {
                state.Write(statePath);
            }

            return (null, refusal);
        }

        // Written before the capture: a capture that kills the process counts as one.
        state.Add(cause, now);
        state.Write(statePath);

        // Also where the objects were counted once: there may be more of them by now, and what fits the buffer will be analysed.
        long room = free is null ? long.MaxValue : (long)((free.Value - limits.MemoryMarginBytes) / AnalysisOfBuffer);
        long buffer = Math.Max(Math.Min(2 * estimate.ReadingBytes, room), SmallestBuffer);
        long retry = Math.Min(4 * buffer, room);
        return (new SnapshotPermit(() => Release(lockFile)) { MaxBufferBytes = buffer, RetryBufferBytes = retry > buffer ? retry : 0 }, null);
    }

    private string? TryTrim()
    {
        try
        {
            store.Trim(_steady.Now);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"earlier snapshots in '{store.Root}' cannot be removed: {exception.Message}";
        }
    }

    private string? FindCost(long? free, out CaptureEstimate estimate)
    {
        estimate = capture.Estimate();
        if (estimate.Pause > limits.MaxPause && capture.TryLearn(limits.MaxPause))
        {
            estimate = capture.Estimate();
        }

        if (estimate.Pause > limits.MaxPause)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it would stop the process for about {estimate.Pause.TotalMilliseconds:F0} ms; MaxPause is {limits.MaxPause.TotalMilliseconds:F0} ms");
        }

        // A guess is no reason to refuse: a smaller buffer is tried, and what does not fit it is noticed.
        long needed = limits.MemoryMarginBytes + (estimate.IsGuess ? Math.Min((long)(SmallestBuffer * AnalysisOfBuffer), estimate.PeakBytes) : estimate.PeakBytes);
        if (free < needed)
        {
            return $"it would need {(estimate.IsGuess ? "at least" : "about")} {ByteText.Of(needed)} of memory; {ByteText.Of(free.Value)} are left to the limit";
        }

        long disk = ReportBytes + (limits.KeepsStream ? estimate.Objects * DiskBytesPerObject : 0);
        return store.GetFreeBytes() is { } freeDisk && freeDisk < disk
            ? $"it needs up to {ByteText.Of(disk)} of disk; {ByteText.Of(freeDisk)} are free in '{store.Root}'"
            : null;
    }

    // The runtime locks files of FileShare.None against other processes, and the system frees the lock when a process dies.
    private FileStream? TryLock()
    {
        try
        {
            return PrivateFile.OpenOrCreate(Path.Combine(store.Root, "lock"), FileShare.None);
        }
        catch (IOException exception) when (IsHeldByOther(exception))
        {
            return null;
        }
    }

    // Another error, such as a read-only file system, is not somebody else's snapshot.
    private static bool IsHeldByOther(IOException exception) =>
        (exception.HResult & 0xFFFF) is WouldBlockOnLinux or WouldBlockOnBsd or SharingViolation or LockViolation;

    private void Release(FileStream? lockFile)
    {
        lockFile?.Dispose();
        Volatile.Write(ref _isBusy, 0);
    }
}
