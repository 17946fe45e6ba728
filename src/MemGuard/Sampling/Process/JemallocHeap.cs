using System.Runtime.InteropServices;

namespace MemGuard.Sampling;

/// <summary>Asks jemalloc for its statistics, which Debian's and most other builds keep.</summary>
/// <remarks>By <c>mallctl</c>, see the section "MALLCTL NAMESPACE" of jemalloc(3). Gathering them takes the locks of all arenas in turn: tens of microseconds.</remarks>
internal sealed unsafe class JemallocHeap : INativeHeap
{
    private readonly delegate* unmanaged<byte*, void*, nuint*, void*, nuint, int> _control;

    public JemallocHeap()
    {
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallctl", out nint address))
        {
            _control = (delegate* unmanaged<byte*, void*, nuint*, void*, nuint, int>)address;
        }

        UnknownBecause = _control is null ? "jemalloc is loaded without its mallctl" : Read() is null ? "jemalloc was built without statistics" : null;
    }

    public string? UnknownBecause { get; }

    public NativeHeapReading? Read()
    {
        if (_control is null || !Refresh() || !TryGet("stats.allocated\0"u8, out nuint used) || !TryGet("stats.resident\0"u8, out nuint resident))
        {
            return null;
        }

        // Freed pages that it keeps, the unused rest of pages in use, and its own records.
        return new NativeHeapReading((long)used, Math.Max(0, (long)resident - (long)used));
    }

    // Statistics are those of the last time that the epoch was advanced.
    private bool Refresh()
    {
        ulong epoch = 1;
        fixed (byte* name = "epoch\0"u8)
        {
            return _control(name, null, null, &epoch, sizeof(ulong)) == 0;
        }
    }

    private bool TryGet(ReadOnlySpan<byte> terminatedName, out nuint value)
    {
        nuint read = 0;
        nuint length = (nuint)sizeof(nuint);
        fixed (byte* name = terminatedName)
        {
            bool isRead = _control(name, &read, &length, null, 0) == 0;
            value = read;
            return isRead;
        }
    }
}
