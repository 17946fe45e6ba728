using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>Reads one row of the ledger. Each part backs off for itself; a row without a part that is not due leaves its kinds unknown.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class LedgerReader(ISystemFiles files, IHeapPages heap, INativeHeap native, TimeProvider timeProvider) : IDisposable
{
    /// <summary>Time between two rows.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private const string StatusPath = "/proc/self/status";

    private readonly byte[] _buffer = new byte[8192];
    private readonly SlowRead _heapRead = new(timeProvider, Period);
    private readonly SlowRead _nativeRead = new(timeProvider, Period);
    private readonly Func<long?> _readHeap = heap.ReadResidentBytes;
    private readonly Func<NativeHeapReading?> _readNative = native.Read;
    private ISystemFile? _status = files.Open(StatusPath);

    /// <summary>How much rarer a row is read than it would be.</summary>
    public int Stretch
    {
        set => _heapRead.Stretch = _nativeRead.Stretch = value;
    }

    /// <summary>What is unknown on this system, and why.</summary>
    public IEnumerable<(string What, string Reason)> Unknown
    {
        get
        {
            if (heap.UnknownBecause is { } heapReason)
            {
                yield return ("the heap's resident part", heapReason);
            }

            if (native.UnknownBecause is { } nativeReason)
            {
                yield return ("the native allocator's part", nativeReason);
            }

            if (_status is null)
            {
                yield return ("the ledger", $"{StatusPath} cannot be read");
            }
        }
    }

    /// <summary>Whether a row is due, or affordable when one is wanted early.</summary>
    public bool IsDue(TimeSpan elapsed, bool isWanted) => _heapRead.IsDue(elapsed) || (isWanted && _heapRead.IsAffordable(elapsed));

    /// <summary>Reads a row; null when the system does not divide the working set.</summary>
    public MemoryLedger? Read(TimeSpan elapsed)
    {
        // First the scan, which takes longest, then what it is subtracted from.
        long? heapBytes = _heapRead.Run(elapsed, _readHeap);
        NativeHeapReading? nativeReading = _nativeRead.IsDue(elapsed) || _nativeRead.IsAffordable(elapsed) ? _nativeRead.Run(elapsed, _readNative) : null;
        return ReadResident() is { } resident ? MemoryLedger.Divide(elapsed, resident, heapBytes, nativeReading) : null;
    }

    public void Dispose() => _status?.Dispose();

    private ResidentReading? ReadResident()
    {
        _status ??= files.Open(StatusPath);
        if (_status is null)
        {
            return null;
        }

        int length = _status.Read(_buffer);
        if (length < 0)
        {
            _status.Dispose();
            _status = null;
            return null;
        }

        return ResidentReading.Parse(_buffer.AsSpan(0, length));
    }
}
