using System.Diagnostics;
using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>How long this process has run.</summary>
internal static class ProcessAge
{
    // What the kernel shows to programs, whatever it counts by itself.
    private const int TicksPerSecond = 100;

    /// <summary>The age now; zero where the system does not tell it.</summary>
    /// <remarks>
    /// On Linux from <c>/proc/self/stat</c> and <c>/proc/uptime</c>: the framework's <see cref="Process"/> would cost an idle host four
    /// hundred kilobytes. Where a container shows its own time since start, which is less than the process's place in the machine's, the
    /// framework is asked after all.
    /// </remarks>
    public static TimeSpan Read(ISystemFiles files, TimeProvider timeProvider)
    {
        if (OperatingSystem.IsLinux()
            && ParseStart(files.ReadText("/proc/self/stat")) is { } start
            && ParseUptime(files.ReadText("/proc/uptime")) is { } uptime
            && start <= uptime)
        {
            return uptime - start;
        }

        return FromFramework(timeProvider);
    }

    /// <summary>The time from the machine's start to that of the process: field 22 of <c>/proc/self/stat</c>, counted behind the name, which may hold anything.</summary>
    internal static TimeSpan? ParseStart(string? stat)
    {
        int nameEnd = stat?.LastIndexOf(") ", StringComparison.Ordinal) ?? -1;
        if (nameEnd < 0)
        {
            return null;
        }

        string[] fields = stat![(nameEnd + 2)..].Split(' ', 21);
        return fields.Length == 21 && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks < long.MaxValue / TimeSpan.TicksPerSecond
            ? TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / TicksPerSecond))
            : null;
    }

    /// <summary>The machine's time since its start: the first of the two numbers of <c>/proc/uptime</c>, in seconds.</summary>
    internal static TimeSpan? ParseUptime(string? text)
    {
        int end = text?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        return end > 0
            && double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static TimeSpan FromFramework(TimeProvider timeProvider)
    {
        try
        {
            using Process process = Process.GetCurrentProcess();
            TimeSpan age = timeProvider.GetUtcNow().UtcDateTime - process.StartTime.ToUniversalTime();
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }
}
