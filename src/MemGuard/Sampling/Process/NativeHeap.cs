using System.Runtime.InteropServices;

namespace MemGuard.Sampling;

/// <summary>What the allocator behind <c>malloc</c> holds.</summary>
/// <param name="UsedBytes">Handed out and not freed, touched or not.</param>
/// <param name="FreeBytes">Freed, but kept by the allocator.</param>
internal readonly record struct NativeHeapReading(long UsedBytes, long FreeBytes);

/// <summary>The seam to the allocator behind <c>malloc</c>.</summary>
internal interface INativeHeap
{
    /// <summary>Reads it; null where it cannot tell.</summary>
    NativeHeapReading? Read();

    /// <summary>Why nothing is known; null while all is well.</summary>
    string? UnknownBecause { get; }

    /// <summary>
    /// The one of this process. The C library answers also where another allocator was preloaded, but only for what it holds itself, which is next to
    /// nothing then: it is not asked.
    /// </summary>
    static INativeHeap OfProcess() =>
        AllocatorLibrary.IsJemalloc ? new JemallocHeap()
        : AllocatorLibrary.Other is { } other ? new UnreadableHeap($"{other} answers malloc here, and it is not known how to ask it")
        : new NativeHeap();
}

/// <summary>An allocator that cannot be asked.</summary>
internal sealed class UnreadableHeap(string because) : INativeHeap
{
    public string? UnknownBecause => because;

    public NativeHeapReading? Read() => null;
}

/// <summary>
/// Asks glibc's <c>mallinfo2</c>. It walks the free chunks under the allocator's locks: microseconds as a rule, milliseconds with hundreds of
/// thousands of free chunks, so its caller times it.
/// </summary>
internal sealed unsafe class NativeHeap : INativeHeap
{
    private readonly delegate* unmanaged<Information> _read;

    public NativeHeap()
    {
        // Absent in musl and in glibc before 2.33.
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallinfo2", out nint address))
        {
            _read = (delegate* unmanaged<Information>)address;
        }
    }

    public string? UnknownBecause => _read is null ? "the C library has no mallinfo2" : null;

    public NativeHeapReading? Read()
    {
        if (_read is null)
        {
            return null;
        }

        Information information = _read();
        return new NativeHeapReading((long)(information.UsedInArenas + information.InMappedChunks), (long)information.FreeInArenas);
    }

    /// <summary>glibc's <c>struct mallinfo2</c>: ten words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Information
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappedChunks;
        public readonly nuint InMappedChunks;
        private readonly nuint _unused;
        private readonly nuint _fastBytes;
        public readonly nuint UsedInArenas;
        public readonly nuint FreeInArenas;
        private readonly nuint _trimmable;
    }
}
