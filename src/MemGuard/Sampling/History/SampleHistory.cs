using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>
/// The process's past in bounded memory: every sample of the last minutes, then ever fewer the older they are.
/// </summary>
/// <remarks>
/// <para>At one sample a second: 15 minutes of every second, 90 minutes of every 15 seconds, 16 hours of every 2 minutes, 5 days of every 15 minutes, 30 days of every 4 hours.</para>
/// <para>At most 1.5 MB, the rows' ledgers included, reached after a month. <see cref="Add"/> is for one writer; everything else is safe from any thread and never makes the writer wait.</para>
/// </remarks>
internal sealed class SampleHistory
{
    private readonly Resolution[] _resolutions =
    [
        new(900, TimeSpan.Zero),
        new(360, TimeSpan.FromSeconds(15)),
        new(480, TimeSpan.FromMinutes(2)),
        new(480, TimeSpan.FromMinutes(15)),
        new(180, TimeSpan.FromHours(4)),
    ];

    // Arrival order. It, not the clock, says which rows of two resolutions are the same.
    private long _nextSequence;

    /// <summary>The newest sample; null before the first.</summary>
    public MemorySample? Latest => _resolutions[0].Rows.TryReadNewest(out MemorySample sample) ? sample : null;

    /// <summary>Memory that the rows take now, without their ledgers.</summary>
    public long AllocatedBytes
    {
        get
        {
            long bytes = 0;
            foreach (Resolution resolution in _resolutions)
            {
                bytes += resolution.Rows.AllocatedBytes;
            }

            return bytes;
        }
    }

    /// <summary>Adds a sample. Costs no memory once its rows have been used before.</summary>
    [MethodImpl(EverySample.Compiled)]
    public void Add(in MemorySample sample)
    {
        long sequence = _nextSequence++;
        foreach (Resolution resolution in _resolutions)
        {
            resolution.Add(sequence, sample);
        }
    }

    /// <summary>Copies the history, oldest first: the finest resolution that still has it, for every stretch of time.</summary>
    public IReadOnlyList<MemorySample> ToList()
    {
        int most = 0;
        foreach (Resolution resolution in _resolutions)
        {
            most += resolution.Rows.Count;
        }

        MemorySample[] rows = new MemorySample[most];
        int free = rows.Length;
        long before = long.MaxValue;

        // The finest first: what the writer adds meanwhile can only push out rows that a coarser resolution has.
        foreach (Resolution resolution in _resolutions)
        {
            free -= resolution.Rows.CopyNewestFirst(before, rows.AsSpan(0, free), out before);
        }

        return new ArraySegment<MemorySample>(rows, free, rows.Length - free);
    }

    private sealed class Resolution(int capacity, TimeSpan period)
    {
        private long _lastPeriod = -1;

        public SampleRing Rows { get; } = new(capacity);

        public void Add(long sequence, in MemorySample sample)
        {
            if (period > TimeSpan.Zero)
            {
                // Different, not later: after a clock that went back the history goes on.
                long current = sample.Elapsed.Ticks / period.Ticks;
                if (current == _lastPeriod)
                {
                    return;
                }

                _lastPeriod = current;
            }

            Rows.Add(sequence, sample);
        }
    }
}
