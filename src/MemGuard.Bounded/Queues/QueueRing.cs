using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>A ring of items and their weights that grows on demand. It knows no bounds and no lock: the owner has both.</summary>
/// <remarks>Mutable struct: use it as a field, never copy it.</remarks>
internal struct QueueRing<T>
{
    private const int InitialLength = 16;

    /// <summary>Length is a power of two, so that a sequence number masks to its slot.</summary>
    private T[] _items;

    /// <summary>The weight beside each item; null when the owner does not weigh.</summary>
    private long[]? _weights;

    /// <summary>Sequence number of the next item to come in = items that ever came in.</summary>
    private long _added;

    /// <summary>Sequence number of the oldest item = items that ever went out.</summary>
    private long _removed;

    private long _weight;

    public QueueRing(int capacity, bool isWeighed)
    {
        int length = (int)Math.Min(InitialLength, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity));
        _items = new T[length];
        _weights = isWeighed ? new long[length] : null;
    }

    public readonly int Count => (int)(_added - _removed);

    public readonly long Weight => _weight;

    public readonly long Added => _added;

    public readonly long Removed => _removed;

    /// <summary>Whether an <see cref="Add"/> would allocate: then it can throw.</summary>
    public readonly bool IsArrayFull => Count == _items.Length;

    /// <summary>Weight of the oldest item; 0 without weights.</summary>
    public readonly long OldestWeight => _weights is long[] weights ? weights[(int)_removed & (weights.Length - 1)] : 0;

    public void Add(T item, long weight)
    {
        if (IsArrayFull)
        {
            Grow();
        }

        AddWithoutGrowing(item, weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddWithoutGrowing(T item, long weight)
    {
        Debug.Assert(!IsArrayFull, "The caller has checked.");
        T[] items = _items;
        int slot = (int)_added & (items.Length - 1);
        items[slot] = item;
        if (_weights is long[] weights)
        {
            weights[slot] = weight;
            _weight += weight;
        }

        _added++;
    }

    public readonly T Peek()
    {
        Debug.Assert(Count > 0, "Peek of an empty ring.");
        return _items[(int)_removed & (_items.Length - 1)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Take()
    {
        Debug.Assert(Count > 0, "Take from an empty ring.");
        T[] items = _items;
        int slot = (int)_removed & (items.Length - 1);
        T item = items[slot];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            items[slot] = default!;
        }

        if (_weights is long[] weights)
        {
            _weight -= weights[slot];
        }

        _removed++;
        return item;
    }

    /// <summary>Takes the oldest items, as many as there are and fit.</summary>
    public int TakeMany(Span<T> destination)
    {
        int taken = Math.Min(Count, destination.Length);
        int start = (int)_removed & (_items.Length - 1);
        int untilEnd = Math.Min(taken, _items.Length - start);
        MoveRange(start, destination[..untilEnd]);
        MoveRange(0, destination[untilEnd..taken]);
        _removed += taken;
        return taken;
    }

    private void MoveRange(int start, Span<T> destination)
    {
        Span<T> source = _items.AsSpan(start, destination.Length);
        source.CopyTo(destination);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            source.Clear();
        }

        if (_weights is long[] weights)
        {
            foreach (long weight in weights.AsSpan(start, destination.Length))
            {
                _weight -= weight;
            }
        }
    }

    private void Grow()
    {
        int oldLength = _items.Length;
        int start = (int)_removed & (oldLength - 1);
        T[] items = new T[oldLength * 2];
        long[]? weights = _weights is null ? null : new long[oldLength * 2];

        // Sequence numbers stay; only the mask widens. Each old slot goes where its sequence number now points.
        for (int i = 0; i < oldLength; i++)
        {
            int from = (start + i) & (oldLength - 1);
            int to = (int)(_removed + i) & (items.Length - 1);
            items[to] = _items[from];
            if (weights is not null)
            {
                weights[to] = _weights![from];
            }
        }

        _items = items;
        _weights = weights;
    }
}
