using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>What this process knows when it judges the end of another.</summary>
/// <param name="BootId">The boot of the machine.</param>
/// <param name="GroupId">This process's control group; null when unknown.</param>
/// <param name="KillCount">How many processes of it the kernel has killed so far.</param>
/// <param name="FindCrashReport">Finds the runtime's crash report of a process that had started at a time.</param>
internal sealed record VerdictFacts(string BootId, long? GroupId, long? KillCount, Func<int, DateTimeOffset, string?> FindCrashReport)
{
    /// <summary>Where the documentation is.</summary>
    public HelpLinks Links { get; init; } = new(null);
}

/// <summary>Judges how a process ended, from the surest sign to the weakest. A pure function of the box and the facts.</summary>
internal static class PreviousRunVerdict
{
    /// <summary>Share of the heap's limit from which a failed allocation means that the heap was full, and not that somebody asked for too much at once.</summary>
    private const double FullHeapRatio = 0.85;

    /// <summary>Share of the memory limit from which a process that ended without a word was probably killed for it.</summary>
    private const double NearLimitRatio = 0.9;

    /// <summary>A box that cannot be read.</summary>
    public static PreviousRun OfUnreadable(string problem) =>
        PreviousRunText.Complete(new PreviousRun { End = PreviousRunEnd.Unreadable, Message = problem }, growth: null, stopped: null, new HelpLinks(null));

    public static PreviousRun Judge(BlackBoxRecord record, VerdictFacts facts)
    {
        BlackBoxReadings? last = record.Last;
        bool hasWord = record.Flags.ExitCode is not null || record.Flags.IsUnhandled;
        string? report = hasWord ? null : facts.FindCrashReport(record.Header.Identity.ProcessId, record.Header.StartedAt);
        long? kills = last?.GroupId is long group && group == facts.GroupId && facts.KillCount - last.KillCount is > 0 and long count ? count : null;
        PreviousRun run = new()
        {
            End = FindEnd(record, facts, report, kills),
            Message = string.Empty,
            ProcessId = record.Header.Identity.ProcessId,
            StartedAt = record.Header.StartedAt,
            LastSeenAt = last?.Time,
            Uptime = last?.Elapsed,
            ExitCode = record.Flags.ExitCode,
            ExceptionType = record.Flags.ExceptionType,
            WasOutOfMemory = WasHeapFull(record),
            UsedBytes = last?.UsedBytes,
            LimitBytes = last?.LimitBytes,
            Problem = last?.Problem.Problem,
            Reason = last?.Problem.Reason,
            Suspect = last?.Problem.Suspect,
            KillsSince = kills,
            CrashReport = report,
            LastSamples = last is null ? [] : ReadSamples(last),
        };
        return PreviousRunText.Complete(run, last is null ? null : RecentGrowth.Find(last.History), last?.Time - record.Flags.StoppingSince, facts.Links);
    }

    private static PreviousRunEnd FindEnd(BlackBoxRecord record, VerdictFacts facts, string? report, long? kills)
    {
        BlackBoxFlags flags = record.Flags;
        bool hasWord = flags.ExitCode is not null || flags.IsUnhandled;
        return !hasWord && record.Header.Identity.BootId != facts.BootId ? PreviousRunEnd.MachineStopped
            : flags.ExitCode is not null ? PreviousRunEnd.Orderly
            : flags.IsUnhandledOutOfMemory ? PreviousRunEnd.OutOfMemory
            : flags.IsUnhandled ? PreviousRunEnd.UnhandledException
            : report is not null ? PreviousRunEnd.Crashed
            : kills is not null ? PreviousRunEnd.KilledForMemory
            : IsAtLimit(record.Last) ? PreviousRunEnd.LikelyKilledForMemory
            : flags.StoppingSince is not null ? PreviousRunEnd.KilledWhileStopping
            : PreviousRunEnd.Abrupt;
    }

    private static bool WasHeapFull(BlackBoxRecord record) =>
        record.Flags.IsUnhandledOutOfMemory
        || (record.Flags.SawOutOfMemory && record.Last?.HeapLimitBytes is > 0 and long limit && record.Flags.OutOfMemoryHeapBytes >= limit * FullHeapRatio);

    // At the limit, or so close that what it grew by would have reached it before the next sample but one.
    private static bool IsAtLimit(BlackBoxReadings? last) =>
        last is { UsedBytes: long used, LimitBytes: > 0 and long limit }
        && (used >= limit * NearLimitRatio || used + (2 * LastStep(last)) >= limit);

    private static long LastStep(BlackBoxReadings last) =>
        last.History is [.., { Used: not BlackBoxFormat.Unknown and var before }, { Used: not BlackBoxFormat.Unknown and var now }] ? Math.Max(0, now - before) : 0;

    private static MemorySample[] ReadSamples(BlackBoxReadings last)
    {
        MemorySample[] samples = new MemorySample[last.History.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = ToSample(last.History[i], last);
        }

        return samples;
    }

    private static MemorySample ToSample(BlackBoxHistory.Row row, BlackBoxReadings last) => new()
    {
        Elapsed = new TimeSpan(row.Elapsed),
        Timestamp = last.Time - (last.Elapsed - new TimeSpan(row.Elapsed)),
        HeapSizeBytes = Known(row.Heap),
        UnmanagedBytes = Known(row.Unmanaged),
        ContainerUsageBytes = last.LimitBytes is null ? null : Known(row.Used),
        MemoryLimitBytes = last.LimitBytes,
    };

    private static long? Known(long value) => value == BlackBoxFormat.Unknown ? null : value;
}
