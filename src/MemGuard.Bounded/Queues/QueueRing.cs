using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>A ring of items and their weights that grows on demand. It knows no bounds and no lock: the owner has both.</summary>
/// <remarks>Mutable struct: use it as a field, never copy it.</remarks>
internal struct QueueRing<T>
{
    private const int InitialLength = 16;

    /// <summary>An array that is longer is given back when it is nearly empty: below, it is not worth the copies.</summary>
    private const int LongArray = 4096;

    /// <summary>How many slots there are for each item when an array counts as nearly empty.</summary>
    private const int SparseFactor = 8;

    /// <summary>Length is a power of two, so that a sequence number masks to its slot.</summary>
    private T[] _items;

    /// <summary>The weight beside each item; null when the owner does not weigh.</summary>
    private long[]? _weights;

    /// <summary>Sequence number of the next item to come in = items that ever came in, but those that <see cref="TakeNewest"/> took.</summary>
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

    /// <summary>Items that it has memory for.</summary>
    public readonly int Length => _items.Length;

    /// <summary>Whether an <see cref="Add"/> would allocate: then it can throw.</summary>
    public readonly bool IsArrayFull => Count == _items.Length;

    /// <summary>Whether a burst has left an array that is far longer than its items need.</summary>
    public readonly bool IsSparse => _items.Length > LongArray && Count <= _items.Length / SparseFactor;

    /// <summary>Weight of the oldest item; 0 without weights.</summary>
    public readonly long OldestWeight => _weights is long[] weights ? weights[(int)_removed & (weights.Length - 1)] : 0;

    /// <summary>Weight of the item that came in last; 0 without weights.</summary>
    public readonly long NewestWeight => _weights is long[] weights ? weights[(int)(_added - 1) & (weights.Length - 1)] : 0;

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

    /// <summary>The items, the oldest first.</summary>
    public readonly T[] ToArray()
    {
        T[] items = new T[Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = _items[(int)(_removed + i) & (_items.Length - 1)];
        }

        return items;
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

    /// <summary>Takes the item that came in last: its sequence number is given to the next.</summary>
    public T TakeNewest()
    {
        Debug.Assert(Count > 0, "Take from an empty ring.");
        int slot = (int)--_added & (_items.Length - 1);
        T item = _items[slot];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _items[slot] = default!;
        }

        _weight -= _weights is long[] weights ? weights[slot] : 0;
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

    /// <summary>Gives back the memory of items that have left, once most have. Half full: neither the next items nor the next reads change it again.</summary>
    public void Shorten()
    {
        try
        {
            Resize(Math.Max(InitialLength, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Count * 2)));
        }
        catch (OutOfMemoryException)
        {
            // The long array is still good.
        }
    }

    private void Grow() => Resize(_items.Length * 2);

    private void Resize(int length)
    {
        T[] items = new T[length];
        long[]? weights = _weights is null ? null : new long[length];

        // Sequence numbers stay; only the mask changes. Each slot goes where its sequence number now points.
        for (long sequence = _removed; sequence < _added; sequence++)
        {
            int from = (int)sequence & (_items.Length - 1);
            int to = (int)sequence & (length - 1);
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
