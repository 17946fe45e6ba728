using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The process's past as a report has it: the newest two minutes of samples, and before them one in thirty for two hours.</summary>
/// <remarks>One writer; readers on any thread, at any time, without a lock: a row that changes while it is read is left out.</remarks>
internal sealed class ReportHistory
{
    public const int ColumnCount = 6;

    private const int RecentCount = 120;
    private const int CoarseCount = 240;
    private const int SamplesApart = 30;
    private const long Unknown = long.MinValue;

    private readonly Ring _recent = new(RecentCount);
    private readonly Ring _coarse = new(CoarseCount);
    private long _samples;

    /// <summary>Names of the columns, in the order of a row's figures.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["elapsedSeconds", "usedBytes", "workingSetBytes", "gen2LiveBytes", "unmanagedBytes", "pauseSeconds"];

    /// <summary>One sample: times in milliseconds, sizes in bytes.</summary>
    internal readonly record struct Row(long Elapsed, long Used, long WorkingSet, long Live, long Unmanaged, long Pause)
    {
        /// <param name="column">Index of a column.</param>
        /// <returns>The figure; null when it is not known.</returns>
        public long? this[int column] => Figure(column) is var figure && figure == Unknown ? null : figure;

        private long Figure(int column) => column switch
        {
            0 => Elapsed,
            1 => Used,
            2 => WorkingSet,
            3 => Live,
            4 => Unmanaged,
            _ => Pause,
        };
    }

    [MethodImpl(EverySample.Compiled)]
    public void Add(in MemorySample sample)
    {
        Row row = new(
            sample.Elapsed.Ticks / TimeSpan.TicksPerMillisecond,
            MemoryUsage.Of(sample).UsedBytes ?? Unknown,
            sample.WorkingSetBytes ?? Unknown,
            sample.Gen2LiveBytes ?? Unknown,
            sample.UnmanagedBytes ?? Unknown,
            sample.TotalPauseDuration is { } pause ? pause.Ticks / TimeSpan.TicksPerMillisecond : Unknown);
        _recent.Add(row);
        if (_samples++ % SamplesApart == 0)
        {
            _coarse.Add(row);
        }
    }

    /// <summary>Reads the rows, newest first: the finer ones, then those coarser ones that are older.</summary>
    public Reader Read() => new(this);

    internal struct Reader(ReportHistory history)
    {
        private long _recent = history._recent.Completed;
        private long _coarse = history._coarse.Completed;
        private long _oldest = long.MaxValue;

        public bool TryRead(out Row row)
        {
            while (history._recent.TryRead(--_recent, out row))
            {
                _oldest = row.Elapsed;
                return true;
            }

            while (history._coarse.TryRead(--_coarse, out row))
            {
                if (row.Elapsed < _oldest)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class Ring(int capacity)
    {
        private readonly Row[] _rows = new Row[capacity];

        // Number of the row that is being written or was written last, plus one. Moves before the slot is touched.
        private long _started;
        private long _completed;

        public long Completed => Volatile.Read(ref _completed);

        [MethodImpl(EverySample.Compiled)]
        public void Add(in Row row)
        {
            long number = _completed;
            Volatile.Write(ref _started, number + 1);
            Interlocked.MemoryBarrier();
            _rows[number % capacity] = row;
            Volatile.Write(ref _completed, number + 1);
        }

        public bool TryRead(long number, out Row row)
        {
            row = default;
            if (number < 0)
            {
                return false;
            }

            row = _rows[number % capacity];

            // The copy came first, the writer's announcement is read after it.
            Interlocked.MemoryBarrier();
            return number >= Volatile.Read(ref _started) - capacity;
        }
    }
}
