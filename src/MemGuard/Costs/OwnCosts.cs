namespace MemGuard.Costs;

/// <summary>What MemGuard costs the process that it watches: all sessions, snapshots and probes together, for their host is one.</summary>
/// <remarks>Thread-safe, and free of locks and allocations.</remarks>
internal sealed class OwnCosts
{
    /// <summary>Not looked at yet.</summary>
    private const long Unknown = -1;

    private static readonly int PartCount = Enum.GetValues<CostPart>().Length;

    private readonly long[] _processorTicks = new long[PartCount];
    private readonly long[] _allocatedBytes = new long[PartCount];
    private readonly long[] _diskBytes = new long[PartCount];
    private readonly long[] _diskFiles = new long[PartCount];
    private readonly long[] _operations = new long[Enum.GetValues<CostOperation>().Length];
    private readonly long[] _pauseTicks = new long[Enum.GetValues<CostOperation>().Length];

    public OwnCosts()
    {
        foreach (CostPart part in DirectoriesOfMany)
        {
            _diskFiles[(int)part] = Unknown;
        }
    }

    /// <summary>The process's own.</summary>
    public static OwnCosts OfProcess { get; } = new();

    /// <summary>Parts that have threads.</summary>
    public static IReadOnlyList<CostPart> Workers { get; } = [CostPart.Sampling, CostPart.Alerts, CostPart.Recording, CostPart.Logger, CostPart.Snapshots];

    /// <summary>Parts that write files.</summary>
    public static IReadOnlyList<CostPart> Writers { get; } = [CostPart.Recording, CostPart.BlackBox, CostPart.Reports, CostPart.Snapshots];

    // Where files of earlier processes lie too: how much that is shows when the part first looks.
    private static CostPart[] DirectoriesOfMany => [CostPart.Reports, CostPart.Snapshots];

    /// <summary>Processor time of all threads; null where the system does not tell it.</summary>
    public TimeSpan? TotalProcessorTime => ThreadClock.IsKnown ? new TimeSpan(Sum(_processorTicks)) : null;

    public long TotalAllocatedBytes => Sum(_allocatedBytes);

    public TimeSpan TotalPause => new(Sum(_pauseTicks));

    public long TotalDiskBytes => Sum(_diskBytes);

    /// <summary>Makes a step of a thread whose work is added to the costs.</summary>
    /// <param name="part">Whose thread it is.</param>
    /// <param name="step">One step; false ends the thread.</param>
    /// <param name="every">Of so many steps one is followed by a reading, from the first on: where a step costs hardly more than the reading.</param>
    public Func<bool> Meter(CostPart part, Func<bool> step, int every = 1)
    {
        ThreadMeter meter = new(this, part);
        int steps = 0;
        return () =>
        {
            bool goesOn = false;
            try
            {
                return goesOn = step();
            }
            finally
            {
                if (!goesOn || steps++ % every == 0)
                {
                    meter.Note();
                }
            }
        };
    }

    public void AddWork(CostPart part, TimeSpan processorTime, long allocatedBytes)
    {
        Interlocked.Add(ref _processorTicks[(int)part], processorTime.Ticks);
        Interlocked.Add(ref _allocatedBytes[(int)part], allocatedBytes);
    }

    /// <summary>Counts an operation, or one that has stopped the process once more.</summary>
    /// <param name="operation">What was done.</param>
    /// <param name="pause">How long the process stood still for it.</param>
    public void AddOperation(CostOperation operation, TimeSpan pause)
    {
        Interlocked.Increment(ref _operations[(int)operation]);
        AddPause(operation, pause);
    }

    /// <summary>Adds a further stop of an operation that was counted before.</summary>
    public void AddPause(CostOperation operation, TimeSpan pause) => Interlocked.Add(ref _pauseTicks[(int)operation], pause.Ticks);

    /// <summary>A part has written or deleted; what is negative was deleted.</summary>
    public void AddDisk(CostPart part, long bytes, int files)
    {
        Interlocked.Add(ref _diskBytes[(int)part], bytes);
        Interlocked.Add(ref _diskFiles[(int)part], files);
    }

    /// <summary>A part has looked at its directory.</summary>
    public void SetDisk(CostPart part, long bytes, int files)
    {
        Interlocked.Exchange(ref _diskBytes[(int)part], bytes);
        Interlocked.Exchange(ref _diskFiles[(int)part], files);
    }

    /// <returns>Null where the system does not tell it.</returns>
    public TimeSpan? GetProcessorTime(CostPart part) => ThreadClock.IsKnown ? new TimeSpan(Interlocked.Read(ref _processorTicks[(int)part])) : null;

    public long GetAllocatedBytes(CostPart part) => Interlocked.Read(ref _allocatedBytes[(int)part]);

    public long GetOperations(CostOperation operation) => Interlocked.Read(ref _operations[(int)operation]);

    public TimeSpan GetPause(CostOperation operation) => new(Interlocked.Read(ref _pauseTicks[(int)operation]));

    /// <returns>Null before the part has looked.</returns>
    public DiskUse? GetDisk(CostPart part) =>
        Interlocked.Read(ref _diskFiles[(int)part]) is var files and not Unknown ? new DiskUse(Interlocked.Read(ref _diskBytes[(int)part]), files) : null;

    // Without an enumerator: a dying process asks too.
    private static long Sum(long[] values)
    {
        long sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += Interlocked.Read(ref values[i]);
        }

        return sum;
    }
}
