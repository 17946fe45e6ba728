using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Recording;

/// <summary>Which process, among all that have had the same id: in this boot, in this process namespace, started at this moment.</summary>
/// <param name="BootId">The boot of the machine; empty where the system does not tell.</param>
/// <param name="ProcessNamespace">The namespace of process ids: in each container the first process is number 1.</param>
/// <param name="ProcessId">The process's id.</param>
/// <param name="StartTicks">When it started, in the kernel's ticks; 0 where the system does not tell.</param>
internal sealed record ProcessIdentity(string BootId, long ProcessNamespace, int ProcessId, long StartTicks)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Read(ISystemFiles files) => new(
        files.ReadText("/proc/sys/kernel/random/boot_id")?.Trim() ?? string.Empty,
        ReadNamespace(),
        Environment.ProcessId,
        ReadStart(files, Environment.ProcessId, out _));

    /// <summary>Whether a process with this identity lives, as far as <paramref name="self"/> can see it.</summary>
    public bool IsSeenAlive(ProcessIdentity self, ISystemFiles files) =>
        BootId == self.BootId
        && ProcessNamespace == self.ProcessNamespace
        && StartTicks > 0
        && ReadStart(files, ProcessId, out bool hasEnded) == StartTicks
        && !hasEnded;

    private static long ReadNamespace()
    {
        try
        {
            // "pid:[4026531836]"
            string? link = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget : null;
            return link is not null && long.TryParse(link.AsSpan(link.IndexOf('[') + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long ReadStart(ISystemFiles files, int process, out bool hasEnded)
    {
        hasEnded = false;
        string? text = files.ReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        int end = text?.LastIndexOf(')') ?? -1;
        if (end < 0)
        {
            return 0;
        }

        // After the name, which may contain anything: state first, and the start is the twentieth.
        string[] fields = text![(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        hasEnded = fields is ["Z" or "X", ..];
        return fields.Length > 19 && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) ? ticks : 0;
    }
}
