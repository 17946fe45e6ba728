using System.Runtime.InteropServices;

namespace MemGuard.Benchmarks.Cache;

/// <summary>CPU time of the calling thread: what others do on the machine does not count. Linux only.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static TimeSpan Now
    {
        get
        {
            Timespec time = default;
            return GetTime(ThreadCpuTime, ref time) == 0
                ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / 100))
                : throw new PlatformNotSupportedException("No CPU clock for threads.");
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, ref Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
