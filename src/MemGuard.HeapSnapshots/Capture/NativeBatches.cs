namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A growing sequence outside the managed heap, kept in batches so that growing never copies.</summary>
internal sealed class NativeBatches<T> : IDisposable
    where T : unmanaged
{
    private const int BatchLength = 1 << 16;

    private readonly List<NativeArray<T>> _batches = [];
    private int _usedInLast = BatchLength;

    public long Count { get; private set; }

    public int BatchCount => _batches.Count;

    public ReadOnlySpan<T> GetBatch(int batch) =>
        _batches[batch].AsSpan(0, batch == _batches.Count - 1 ? _usedInLast : BatchLength);

    /// <summary>Makes room for some more items and returns it; the room may be shorter than wanted, never empty.</summary>
    public Span<T> Append(int wanted)
    {
        if (_usedInLast == BatchLength)
        {
            _batches.Add(new NativeArray<T>(BatchLength));
            _usedInLast = 0;
        }

        int length = Math.Min(wanted, BatchLength - _usedInLast);
        Span<T> room = _batches[^1].AsSpan(_usedInLast, length);
        _usedInLast += length;
        Count += length;
        return room;
    }

    public void Dispose()
    {
        foreach (NativeArray<T> batch in _batches)
        {
            batch.Dispose();
        }

        _batches.Clear();
        _usedInLast = BatchLength;
        Count = 0;
    }
}
