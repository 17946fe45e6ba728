using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Costs;

/// <summary>The processor time of the calling thread.</summary>
internal static partial class ThreadClock
{
    /// <summary>From the kernel's own headers; the same number on all its architectures.</summary>
    private const int ThreadProcessorTime = 3;

    /// <summary>Whether it is known on this system. Elsewhere than on Linux no call as cheap as this one tells it.</summary>
    public static bool IsKnown { get; } = OperatingSystem.IsLinux() && TryReadFirst();

    /// <summary>Reads it: one system call, nothing is allocated.</summary>
    /// <returns>Processor time since the thread's start; null where it is unknown.</returns>
    public static TimeSpan? Read()
    {
        KernelTime time = default;
        return IsKnown && GetTime(ThreadProcessorTime, ref time) == 0
            ? new TimeSpan(((long)time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : null;
    }

    // A C library without it, or one of another name: unknown, which is no failure.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadFirst()
    {
        KernelTime time = default;
        try
        {
            return GetTime(ThreadProcessorTime, ref time) == 0;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, ref KernelTime time);

    /// <summary>The C library's <c>struct timespec</c>: two words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct KernelTime
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
