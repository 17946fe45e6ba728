using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The system calls of the fork capture, as the C library has them.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;
    public const int ProtectExecute = 4;
    public const int Kill = 9;
    public const int NotPermitted = 1;
    public const int NotImplemented = 38;

    // A child without an exit signal is waited for only with this flag.
    private const int WaitForAnyKind = 0x40000000;
    private const int PrivateAnonymous = 0x22;

    /// <summary>The system's number of the calling thread.</summary>
    public static int ThreadId => gettid();

    /// <returns>The mapping, or null where the system refuses it.</returns>
    public static byte* Map(nuint bytes, int protection)
    {
        byte* mapped = mmap(null, bytes, protection, PrivateAnonymous, -1, 0);
        return mapped == (byte*)-1 ? null : mapped;
    }

    public static bool Protect(byte* start, nuint bytes, int protection) => mprotect(start, bytes, protection) == 0;

    public static void Unmap(byte* start, nuint bytes) => _ = munmap(start, bytes);

    public static void Signal(int process, int signal) => _ = kill(process, signal);

    /// <summary>Takes a killed child away, so that no zombie stays.</summary>
    public static void Reap(int child)
    {
        int status;
        _ = waitpid(child, &status, WaitForAnyKind);
    }

    /// <returns>Whether a child is still there to be waited for.</returns>
    public static bool IsRunning(int child)
    {
        int status;
        return waitpid(child, &status, WaitForAnyKind | 1) == 0;
    }

    /// <returns>Bytes read, which may be fewer than wanted; -1 for none.</returns>
    public static nint ReadMemory(int process, ulong address, byte* into, nuint bytes)
    {
        IoVector local = new() { Start = into, Bytes = bytes };
        IoVector remote = new() { Start = (byte*)address, Bytes = bytes };
        return process_vm_readv(process, &local, 1, &remote, 1, 0);
    }

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint process_vm_readv(int process, IoVector* local, nuint localCount, IoVector* remote, nuint remoteCount, nuint flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* mmap(void* address, nuint bytes, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mprotect(void* address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int munmap(void* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int gettid();

    private struct IoVector
    {
        public byte* Start;
        public nuint Bytes;
    }
}
