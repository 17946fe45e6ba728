using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>The most recent rows of one resolution: one writer, any number of readers, nobody waits.</summary>
internal sealed class SampleRing
{
    private const int RowsPerChunk = 64;

    // Chunks are allocated when first written, each below the large-object threshold: a short-lived process pays for what it used.
    private readonly Row[]?[] _chunks;

    // Number of the row that is being written or was written last, plus one. Moves before the slot is touched.
    private long _started;

    // Number of rows that can be read. Moves after the slot is complete.
    private long _completed;

    public SampleRing(int capacity)
    {
        Debug.Assert(capacity > 0, "a ring needs a row");
        Capacity = capacity;
        _chunks = new Row[]?[(capacity + RowsPerChunk - 1) / RowsPerChunk];
    }

    public int Capacity { get; }

    /// <summary>What the rows take that have been used so far; what they refer to is not in it.</summary>
    public long AllocatedBytes => (long)int.Min(Capacity, (Count + RowsPerChunk - 1) / RowsPerChunk * RowsPerChunk) * Unsafe.SizeOf<Row>();

    public int Count => (int)long.Min(Volatile.Read(ref _completed), Capacity);

    /// <summary>Writer only.</summary>
    public void Add(long sequence, in MemorySample sample)
    {
        long number = _completed;
        Volatile.Write(ref _started, number + 1);

        // A reader must see that the slot's old row is gone before it can see any part of the new one.
        Interlocked.MemoryBarrier();
        ref Row row = ref GetSlot(number);
        row.Sequence = sequence;
        row.Sample = sample;
        Volatile.Write(ref _completed, number + 1);
    }

    /// <summary>Reads the newest row; false while there is none.</summary>
    public bool TryReadNewest(out MemorySample sample)
    {
        // Again only when the writer lapped the whole ring during the copy.
        while (Volatile.Read(ref _completed) is long completed and > 0)
        {
            sample = GetSlot(completed - 1).Sample;
            if (IsIntact(completed - 1))
            {
                return true;
            }
        }

        sample = default;
        return false;
    }

    /// <summary>Copies the rows before a sequence number so that they end where the free part of <paramref name="target"/> ends.</summary>
    /// <param name="before">Rows from this sequence number on are left out.</param>
    /// <param name="target">Filled from its end towards its start.</param>
    /// <param name="oldest">Sequence number of the oldest row copied; <paramref name="before"/> when there was none.</param>
    /// <returns>The number of rows copied.</returns>
    public int CopyNewestFirst(long before, Span<MemorySample> target, out long oldest)
    {
        oldest = before;
        int copied = 0;
        long completed = Volatile.Read(ref _completed);
        for (long number = completed - 1; number >= long.Max(0, completed - Capacity) && copied < target.Length; number--)
        {
            ref Row row = ref GetSlot(number);
            long sequence = row.Sequence;
            target[^(copied + 1)] = row.Sample;
            if (!IsIntact(number))
            {
                // Overwritten while it was copied, and so is everything older.
                break;
            }

            if (sequence < before)
            {
                copied++;
                oldest = sequence;
            }
        }

        return copied;
    }

    // The copy came first, the writer's announcement is read after it: had the writer touched the slot, the announcement would be visible.
    private bool IsIntact(long number)
    {
        Interlocked.MemoryBarrier();
        return number >= Volatile.Read(ref _started) - Capacity;
    }

    private ref Row GetSlot(long number)
    {
        int slot = (int)(number % Capacity);
        Row[] chunk = _chunks[slot / RowsPerChunk] ??= new Row[int.Min(RowsPerChunk, Capacity - (slot / RowsPerChunk * RowsPerChunk))];
        return ref chunk[slot % RowsPerChunk];
    }

    private struct Row
    {
        public long Sequence;
        public MemorySample Sample;
    }
}
