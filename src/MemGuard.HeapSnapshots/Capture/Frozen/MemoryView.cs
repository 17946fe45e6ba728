namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Reads the runtime's own structures: single words, through a cache of pages when the memory is frozen.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed unsafe class MemoryView : IDisposable
{
    private const int PageBytes = 4096;
    private const int Pages = 1024;
    private const ulong HighestAddress = 1UL << 52;

    private readonly ProcessMemory _memory;
    private readonly NativeArray<byte>? _cache;
    private readonly ulong[] _keys;

    private MemoryView(ProcessMemory memory, bool isFrozen)
    {
        _memory = memory;
        _keys = isFrozen ? new ulong[Pages] : [];
        _cache = isFrozen ? new NativeArray<byte>(Pages * PageBytes) : null;
    }

    /// <summary>Memory that does not change: a page is read once.</summary>
    public static MemoryView OfFrozen(ProcessMemory memory) => new(memory, isFrozen: true);

    /// <summary>Memory that may change between two reads.</summary>
    public static MemoryView OfRunning(ProcessMemory memory) => new(memory, isFrozen: false);

    public bool TryRead(ulong address, Span<byte> into)
    {
        // Nothing lies below, and the sign bit would make a negative file offset.
        if (address < PageBytes || address >= HighestAddress)
        {
            return false;
        }

        if (_cache is null)
        {
            fixed (byte* target = into)
            {
                return _memory.Read(address, target, into.Length) == into.Length;
            }
        }

        while (!into.IsEmpty)
        {
            int offset = (int)(address % PageBytes);
            int count = Math.Min(into.Length, PageBytes - offset);
            byte* page = FindPage(address / PageBytes);
            if (page is null)
            {
                return false;
            }

            new ReadOnlySpan<byte>(page + offset, count).CopyTo(into);
            into = into[count..];
            address += (ulong)count;
        }

        return true;
    }

    public bool TryReadUInt64(ulong address, out ulong value)
    {
        ulong read = 0;
        bool isRead = TryRead(address, new Span<byte>(&read, sizeof(ulong)));
        value = read;
        return isRead;
    }

    public ulong ReadUInt64(ulong address) => TryReadUInt64(address, out ulong value) ? value : throw Unreadable();

    public uint ReadUInt32(ulong address)
    {
        uint value;
        return TryRead(address, new Span<byte>(&value, sizeof(uint))) ? value : throw Unreadable();
    }

    public ushort ReadUInt16(ulong address)
    {
        ushort value;
        return TryRead(address, new Span<byte>(&value, sizeof(ushort))) ? value : throw Unreadable();
    }

    public byte[] ReadBytes(ulong address, int count)
    {
        byte[] bytes = new byte[count];
        return TryRead(address, bytes) ? bytes : throw Unreadable();
    }

    public void Dispose() => _cache?.Dispose();

    private static InvalidDataException Unreadable() => new("a structure of the runtime is not where its description says");

    private byte* FindPage(ulong number)
    {
        int slot = (int)((number ^ (number >> 10)) % Pages);
        byte* page = _cache!.Pointer + ((long)slot * PageBytes);
        if (_keys[slot] != number)
        {
            _keys[slot] = 0;
            if (_memory.Read(number * PageBytes, page, PageBytes) != PageBytes)
            {
                return null;
            }

            _keys[slot] = number;
        }

        return page;
    }
}
