using MemGuard.Sampling;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>
/// The past as columns of integers. In each the first known number is itself and every later one the difference to the known one before it; what is
/// unknown is null. Samples of a quiet process differ by little: five times shorter than rows.
/// </summary>
internal sealed record HistoryColumns
{
    private const int MaxRows = 400;

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
            Elapsed = Column(rows, static row => (long)row.Elapsed.TotalMilliseconds),
            Used = Column(rows, static row => MemoryUsage.Of(row).UsedBytes),
            Limit = Column(rows, static row => MemoryUsage.Of(row).LimitBytes),
            Heap = Column(rows, static row => row.TotalMemoryBytes),
            LiveHeap = Column(rows, static row => row.Gen2LiveBytes),
            Unmanaged = Column(rows, static row => row.UnmanagedBytes),
            GCHeap = Column(rows, static row => row.Ledger?.GCHeapBytes),
            Native = Column(rows, static row => row.Ledger?.NativeAllocatedBytes),
            NativeFree = Column(rows, static row => row.Ledger?.NativeFreeBytes),
            Other = Column(rows, static row => row.Ledger?.OtherAnonymousBytes),
            Shared = Column(rows, static row => row.Ledger?.SharedMemoryBytes),
            Files = Column(rows, static row => row.Ledger?.FileBytes),
            PausePartsPerMillion = Rates(rows, before, static row => row.TotalPauseDuration?.TotalSeconds * 1e6),
            AllocatedPerSecond = Rates(rows, before, static row => row.TotalAllocatedBytes),
        };
    }

    /// <summary>One row as it is, in the order of the columns.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="before">The one before it, for the rates; null without one.</param>
    public static long?[] Row(MemorySample sample, MemorySample? before)
    {
        HistoryColumns row = Of(before is { } earlier ? [earlier, sample] : [sample], before?.Elapsed ?? TimeSpan.MinValue);
        return
        [
            row.Elapsed[0], row.Used[0], row.Limit[0], row.Heap[0], row.LiveHeap[0], row.Unmanaged[0], row.GCHeap[0], row.Native[0], row.NativeFree[0], row.Other[0],
            row.Shared[0], row.Files[0], row.PausePartsPerMillion[0], row.AllocatedPerSecond[0],
        ];
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

    private static long?[] Column(MemorySample[] rows, Func<MemorySample, long?> read) => Differences([.. rows.Select(read)]);

    private static long?[] Rates(MemorySample[] rows, MemorySample? before, Func<MemorySample, double?> read)
    {
        long?[] rates = new long?[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            MemorySample? earlier = i > 0 ? rows[i - 1] : before;
            double seconds = earlier is { } known ? (rows[i].Elapsed - known.Elapsed).TotalSeconds : 0;
            rates[i] = seconds > 0 && read(rows[i]) - read(earlier!.Value) is double grown ? (long)(Math.Max(0, grown) / seconds) : null;
        }

        return Differences(rates);
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
