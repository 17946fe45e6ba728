using MemGuard.Sampling;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>
/// The past as columns of integers. In each the first known number is itself and every later one the difference to the known one before it; what is
/// unknown is null. Samples of a quiet process differ by little: five times shorter than rows.
/// </summary>
internal sealed record HistoryColumns
{
    /// <summary>How many columns there are.</summary>
    public const int Count = 14;

    private const int MaxRows = 400;

    private static readonly Reader ReadElapsed = static (in row, in _) => (long)row.Elapsed.TotalMilliseconds;
    private static readonly Reader ReadUsed = static (in row, in _) => MemoryUsage.Of(row).UsedBytes;
    private static readonly Reader ReadLimit = static (in row, in _) => MemoryUsage.Of(row).LimitBytes;
    private static readonly Reader ReadHeap = static (in row, in _) => row.TotalMemoryBytes;
    private static readonly Reader ReadLiveHeap = static (in row, in _) => row.Gen2LiveBytes;
    private static readonly Reader ReadUnmanaged = static (in row, in _) => row.UnmanagedBytes;
    private static readonly Reader ReadGCHeap = static (in row, in _) => row.Ledger?.GCHeapBytes;
    private static readonly Reader ReadNative = static (in row, in _) => row.Ledger?.NativeAllocatedBytes;
    private static readonly Reader ReadNativeFree = static (in row, in _) => row.Ledger?.NativeFreeBytes;
    private static readonly Reader ReadOther = static (in row, in _) => row.Ledger?.OtherAnonymousBytes;
    private static readonly Reader ReadShared = static (in row, in _) => row.Ledger?.SharedMemoryBytes;
    private static readonly Reader ReadFiles = static (in row, in _) => row.Ledger?.FileBytes;
    private static readonly Reader ReadPauses = static (in row, in before) => Rate(row, before, static sample => sample.TotalPauseDuration?.TotalSeconds * 1e6);
    private static readonly Reader ReadAllocated = static (in row, in before) => Rate(row, before, static sample => sample.TotalAllocatedBytes);

    private static readonly Reader[] InOrder =
    [
        ReadElapsed, ReadUsed, ReadLimit, ReadHeap, ReadLiveHeap, ReadUnmanaged, ReadGCHeap, ReadNative, ReadNativeFree, ReadOther, ReadShared, ReadFiles, ReadPauses,
        ReadAllocated,
    ];

    /// <summary>What a column has of a sample and, for the rates, the one before it.</summary>
    private delegate long? Reader(in MemorySample row, in MemorySample? before);

    /// <summary>Milliseconds since process start.</summary>
    public required IReadOnlyList<long?> Elapsed { get; init; }

    public required IReadOnlyList<long?> Used { get; init; }

    public required IReadOnlyList<long?> Limit { get; init; }

    public required IReadOnlyList<long?> Heap { get; init; }

    public required IReadOnlyList<long?> LiveHeap { get; init; }

    public required IReadOnlyList<long?> Unmanaged { get; init; }

    public required IReadOnlyList<long?> GCHeap { get; init; }

    public required IReadOnlyList<long?> Native { get; init; }

    public required IReadOnlyList<long?> NativeFree { get; init; }

    public required IReadOnlyList<long?> Other { get; init; }

    public required IReadOnlyList<long?> Shared { get; init; }

    public required IReadOnlyList<long?> Files { get; init; }

    /// <summary>Pauses since the row before, in parts per million of that time.</summary>
    public required IReadOnlyList<long?> PausePartsPerMillion { get; init; }

    /// <summary>Bytes allocated a second since the row before.</summary>
    public required IReadOnlyList<long?> AllocatedPerSecond { get; init; }

    /// <param name="samples">Oldest first.</param>
    /// <param name="after">Only rows later than this; the row before them still serves for rates.</param>
    public static HistoryColumns Of(IReadOnlyList<MemorySample> samples, TimeSpan after)
    {
        MemorySample[] rows = Choose(samples, after, out MemorySample? before);
        return new HistoryColumns
        {
            Elapsed = Column(rows, before, ReadElapsed),
            Used = Column(rows, before, ReadUsed),
            Limit = Column(rows, before, ReadLimit),
            Heap = Column(rows, before, ReadHeap),
            LiveHeap = Column(rows, before, ReadLiveHeap),
            Unmanaged = Column(rows, before, ReadUnmanaged),
            GCHeap = Column(rows, before, ReadGCHeap),
            Native = Column(rows, before, ReadNative),
            NativeFree = Column(rows, before, ReadNativeFree),
            Other = Column(rows, before, ReadOther),
            Shared = Column(rows, before, ReadShared),
            Files = Column(rows, before, ReadFiles),
            PausePartsPerMillion = Column(rows, before, ReadPauses),
            AllocatedPerSecond = Column(rows, before, ReadAllocated),
        };
    }

    /// <summary>One row as it is, in the order of the columns. Allocates nothing.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="before">The one before it, for the rates; null without one.</param>
    /// <param name="row">Where to: <see cref="Count"/> numbers.</param>
    public static void ReadRow(in MemorySample sample, in MemorySample? before, Span<long?> row)
    {
        for (int i = 0; i < Count; i++)
        {
            row[i] = InOrder[i](sample, before);
        }
    }

    // Evenly by position: the history itself is the coarser the older it is.
    private static MemorySample[] Choose(IReadOnlyList<MemorySample> samples, TimeSpan after, out MemorySample? before)
    {
        int first = 0;
        while (first < samples.Count && samples[first].Elapsed <= after)
        {
            first++;
        }

        before = first > 0 ? samples[first - 1] : null;
        int count = samples.Count - first;
        int taken = Math.Min(count, MaxRows);
        MemorySample[] rows = new MemorySample[taken];
        for (int i = 0; i < taken; i++)
        {
            rows[i] = samples[first + (int)((long)(i + 1) * count / taken) - 1];
        }

        return rows;
    }

    private static long?[] Column(MemorySample[] rows, in MemorySample? before, Reader read)
    {
        long?[] values = new long?[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = read(rows[i], i > 0 ? rows[i - 1] : before);
        }

        return Differences(values);
    }

    private static long? Rate(in MemorySample row, in MemorySample? before, Func<MemorySample, double?> read)
    {
        double seconds = before is { } known ? (row.Elapsed - known.Elapsed).TotalSeconds : 0;
        return seconds > 0 && read(row) - read(before!.Value) is double grown ? (long)(Math.Max(0, grown) / seconds) : null;
    }

    private static long?[] Differences(long?[] values)
    {
        long last = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is long value)
            {
                values[i] = value - last;
                last = value;
            }
        }

        return values;
    }
}
