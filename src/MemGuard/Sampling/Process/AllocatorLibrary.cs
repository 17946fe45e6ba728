using System.Runtime.InteropServices;

namespace MemGuard.Sampling;

/// <summary>Which library answers <c>malloc</c> in this process: the C library, unless another one was loaded before it.</summary>
internal static unsafe class AllocatorLibrary
{
    /// <summary>The file name of another library, such as <c>libjemalloc.so.2</c>; null where it is the C library's own, or nothing else is known.</summary>
    public static string? Other { get; } = Find() is { } name && !IsCLibrary(name) ? name : null;

    public static bool IsJemalloc => Other?.Contains("jemalloc", StringComparison.Ordinal) ?? false;

    /// <summary>Whether a file of this name is glibc or musl.</summary>
    internal static bool IsCLibrary(string name) =>
        name.StartsWith("libc.", StringComparison.Ordinal) || name.StartsWith("libc-", StringComparison.Ordinal) || name.StartsWith("ld-musl", StringComparison.Ordinal);

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // As the dynamic linker sees it: a library that was preloaded comes first.
        nint process = NativeLibrary.GetMainProgramHandle();
        if (!NativeLibrary.TryGetExport(process, "malloc", out nint malloc) || !NativeLibrary.TryGetExport(process, "dladdr", out nint find))
        {
            return null;
        }

        SymbolPlace place = default;
        return ((delegate* unmanaged<nint, SymbolPlace*, int>)find)(malloc, &place) != 0 ? Path.GetFileName(Marshal.PtrToStringUTF8(place.File)) : null;
    }

    /// <summary><c>Dl_info</c> of <c>dlfcn.h</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SymbolPlace
    {
        public nint File;
        private readonly nint _base;
        private readonly nint _symbol;
        private readonly nint _address;
    }
}
