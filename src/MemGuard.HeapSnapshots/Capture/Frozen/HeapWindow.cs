using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A window of some megabytes that slides over the frozen heap, so that a pass copies each byte once and keeps none.</summary>
internal sealed unsafe class HeapWindow(ProcessMemory memory) : IDisposable
{
    private const int WindowBytes = 4 << 20;

    private readonly NativeArray<byte> _bytes = new(WindowBytes);
    private ulong _start;
    private ulong _end;

    /// <param name="address">Where.</param>
    /// <param name="count">How much must be there, at most 64 KB.</param>
    /// <param name="limit">Where the region ends: nothing behind it is read.</param>
    /// <returns>The bytes, valid until the next call; null when they cannot be read.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(ulong address, uint count, ulong limit) =>
        address >= _start && address + count <= _end ? _bytes.Pointer + (address - _start) : Move(address, count, limit);

    /// <returns>How many bytes from an address on are in the window.</returns>
    public ulong Available(ulong address) => address >= _start && address < _end ? _end - address : 0;

    public void Dispose() => _bytes.Dispose();

    private byte* Move(ulong address, uint count, ulong limit)
    {
        if (address + count > limit)
        {
            return null;
        }

        _start = address;
        _end = address;
        long wanted = (long)Math.Min(limit - address, WindowBytes);
        while (wanted > 0)
        {
            long read = memory.Read(_end, _bytes.Pointer + (_end - _start), wanted);
            if (read <= 0)
            {
                break;
            }

            _end += (ulong)read;
            wanted -= read;
        }

        return address + count <= _end ? _bytes.Pointer : null;
    }
}
