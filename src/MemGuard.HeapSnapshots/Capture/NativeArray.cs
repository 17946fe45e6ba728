using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>An array outside the managed heap: what measures the heap must not grow it.</summary>
/// <remarks>Not thread-safe. The finalizer frees what an exception left behind.</remarks>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private readonly bool _isMapped;
    private T* _items;

    public NativeArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _isMapped = OperatingSystem.IsLinux() && Bytes >= NativePages.Smallest;
        _items = (T*)(_isMapped ? NativePages.Map(Bytes) : NativeMemory.AllocZeroed((nuint)Math.Max(length, 1), (nuint)sizeof(T)));
        NativeMeter.Add(Bytes);
    }

    ~NativeArray() => Free();

    public long Length { get; }

    /// <summary>The first item; null after <see cref="Dispose"/>.</summary>
    public T* Pointer => _items;

    private long Bytes => checked(Math.Max(Length, 1) * sizeof(T));

    public ref T this[long index]
    {
        get
        {
            Debug.Assert((ulong)index < (ulong)Length, "index outside the array");
            return ref _items[index];
        }
    }

    public Span<T> AsSpan(long start, int length)
    {
        Debug.Assert(start >= 0 && start + length <= Length, "range outside the array");
        return new Span<T>(_items + start, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_items is not null)
        {
            if (_isMapped)
            {
                NativePages.Unmap(_items, Bytes);
            }
            else
            {
                NativeMemory.Free(_items);
            }

            _items = null;
            NativeMeter.Add(-Bytes);
        }
    }
}
