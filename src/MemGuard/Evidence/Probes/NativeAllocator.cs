using System.Runtime.InteropServices;
using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The allocator of this process.</summary>
internal sealed unsafe class NativeAllocator(IProbedHeap process) : INativeAllocator
{
    private readonly INativeHeap _heap = INativeHeap.OfProcess();
    private readonly delegate* unmanaged<nuint, int> _trim = OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out nint address)
        ? (delegate* unmanaged<nuint, int>)address
        : null;

    public string? UnknownBecause => _heap.UnknownBecause;

    public string? CannotTrimBecause =>
        AllocatorLibrary.Other is { } other ? $"{other} answers malloc here, which malloc_trim does not reach"
        : _trim is null ? "the C library has no malloc_trim"
        : null;

    public bool HasOneArena =>
        Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX")?.Trim() == "1"
        || (Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Split(':').Contains("glibc.malloc.arena_max=1") ?? false);

    public long? WorkingSetBytes => process.WorkingSetBytes;

    public NativeHeapReading? Read() => _heap.Read();

    public void Trim() => _ = _trim(0);
}
