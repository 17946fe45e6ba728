using System.Buffers;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Where a batch is collected, under the lock: the caller's array, or one in its place where the caller's memory has a manager, whose code must not run there.
/// </summary>
internal readonly struct QueueBatchBuffer<T>
{
    private readonly ArraySegment<T> _items;

    /// <summary>The caller's memory while another array stands in for it.</summary>
    private readonly Memory<T> _destination;
    private readonly bool _isRented;

    private QueueBatchBuffer(ArraySegment<T> items, Memory<T> destination, bool isRented)
    {
        _items = items;
        _destination = destination;
        _isRented = isRented;
    }

    public Span<T> Items => _items;

    public int Length => _items.Count;

    public static QueueBatchBuffer<T> Of(Memory<T> destination) =>
        MemoryMarshal.TryGetArray<T>(destination, out ArraySegment<T> array)
            ? new QueueBatchBuffer<T>(array, default, isRented: false)
            : new QueueBatchBuffer<T>(new ArraySegment<T>(ArrayPool<T>.Shared.Rent(destination.Length), 0, destination.Length), destination, isRented: true);

    /// <summary>Gives the caller its items. Outside the lock, on the caller's thread: its memory may be gone.</summary>
    public void HandOver(int count)
    {
        if (!_isRented)
        {
            return;
        }

        try
        {
            Items[..count].CopyTo(_destination.Span);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(_items.Array!, clearArray: true);
        }
    }
}
