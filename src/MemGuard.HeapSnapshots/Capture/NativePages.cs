using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Zeroed memory straight from the system (Linux): given back, it leaves the process at once.</summary>
internal static unsafe partial class NativePages
{
    /// <summary>Below this the C library's blocks waste less.</summary>
    public const int Smallest = 32 << 10;

    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;

    /// <exception cref="InsufficientMemoryException">The system has none.</exception>
    public static void* Map(long bytes)
    {
        void* pages = Map(null, (nuint)bytes, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        return (nint)pages == -1 ? throw new InsufficientMemoryException() : pages;
    }

    public static void Unmap(void* pages, long bytes) => _ = Unmap(pages, (nuint)bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* address, nuint length);
}
