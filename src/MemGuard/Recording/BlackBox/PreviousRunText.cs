using System.Globalization;
using System.Text;

namespace MemGuard.Recording;

/// <summary>Writes the end of a process as one line: who, how, what it suffered from, the next step.</summary>
internal static class PreviousRunText
{
    private const string Page = "what-happened-to-my-pod.md";

    /// <param name="run">All but the line.</param>
    /// <param name="growth">How memory grew at last; null when it did not.</param>
    /// <param name="stopped">How long before the last sample the shutdown had begun; null when it had not.</param>
    /// <param name="links">Where the documentation is.</param>
    public static PreviousRun Complete(PreviousRun run, RecentGrowth? growth, TimeSpan? stopped, HelpLinks links)
    {
        if (run.End == PreviousRunEnd.Unreadable)
        {
            return run with { Message = $"The black box of the process before cannot be read: {run.Message}. How that process ended is not known. Next: nothing." };
        }

        StringBuilder line = new("The process before (pid ");
        line.Append(CultureInfo.InvariantCulture, $"{run.ProcessId}");
        if (run.Uptime is { } uptime)
        {
            line.Append(", ").Append(Duration(uptime));
        }

        line.Append(") ").Append(Sentence(run, growth, stopped)).Append('.');
        AppendProblem(line, run);
        line.Append(Next(run, links.To(Page)));
        return run with { Message = line.ToString() };
    }

    private static string Sentence(PreviousRun run, RecentGrowth? growth, TimeSpan? stopped)
    {
        string level = Level(run) + Growth(growth);
        return run.End switch
        {
            PreviousRunEnd.Orderly => string.Create(CultureInfo.InvariantCulture, $"stopped in order with exit code {run.ExitCode}{(run.WasOutOfMemory ? ", after an OutOfMemoryException with the heap nearly full" : "")}"),
            PreviousRunEnd.UnhandledException => $"ended by an unhandled {run.ExceptionType ?? "exception"}{level}",
            PreviousRunEnd.OutOfMemory => $"ended by an unhandled {run.ExceptionType ?? nameof(OutOfMemoryException)}{level}: out of memory",
            PreviousRunEnd.KilledForMemory => string.Create(CultureInfo.InvariantCulture, $"ended without shutdown{level}; the group counted {run.KillsSince} OOM {(run.KillsSince == 1 ? "kill" : "kills")}: killed for memory"),
            PreviousRunEnd.LikelyKilledForMemory => $"ended without shutdown{level}: likely killed for memory",
            PreviousRunEnd.KilledWhileStopping => $"was killed while stopping{(stopped > TimeSpan.Zero ? $", at least {Duration(stopped.Value)} after its shutdown had begun" : "")}{level}",
            PreviousRunEnd.MachineStopped => string.Create(CultureInfo.InvariantCulture, $"was running{level} when the machine stopped, last seen at {run.LastSeenAt:u}"),
            PreviousRunEnd.Crashed => $"crashed{level}; the runtime's report lies at {VisibleText.Of(run.CrashReport ?? "?")}",
            _ => $"ended abruptly{level}, without memory pressure: SIGKILL, FailFast, a stack overflow or a crash in native code",
        };
    }

    private static string Level(PreviousRun run) => run switch
    {
        { UsedBytes: long used, LimitBytes: long limit } => $" at {ByteText.Megabytes(used)} of {ByteText.Megabytes(limit)} MB",
        { UsedBytes: long used } => $" at {ByteText.Megabytes(used)} MB",
        _ => "",
    };

    private static string Growth(RecentGrowth? growth) =>
        growth is null ? "" : $", {(growth.IsManaged ? "heap" : "unmanaged")} growth {ByteText.Rate(growth.BytesPerHour)} for {Duration(growth.Window)}";

    // Orderly stops have nothing to explain; what was open then is still worth a word.
    private static void AppendProblem(StringBuilder line, PreviousRun run)
    {
        if (run.Reason is not null)
        {
            line.Append(" Its open diagnosis: ").Append(run.Problem?.Replace('_', ' ')).Append(", ").Append(run.Reason).Append('.');
        }

        if (run.Suspect is not null)
        {
            line.Append(" Suspect: ").Append(run.Suspect).Append('.');
        }
    }

    private static string Next(PreviousRun run, string page) => run.End switch
    {
        PreviousRunEnd.Orderly => run.WasOutOfMemory ? $" Next: see which handler swallowed it. {page}#out-of-memory" : "",
        PreviousRunEnd.UnhandledException => $" Next: its stack is in the log of that process. {page}#134",
        PreviousRunEnd.OutOfMemory => $" Next: bound what grew, or raise the heap's limit. {page}#out-of-memory",
        PreviousRunEnd.KilledForMemory or PreviousRunEnd.LikelyKilledForMemory => $" Next: bound what grew, or raise the limit. {page}#137",
        PreviousRunEnd.KilledWhileStopping => $" Next: shorten the shutdown, or give it more time. {page}#killed-while-stopping",
        PreviousRunEnd.MachineStopped => $" {page}#no-exit-code",
        PreviousRunEnd.Crashed => $" Next: read it. {page}#134",
        _ => $" Next: the exit code tells SIGKILL (137) from a crash (134, 139); DOTNET_DbgEnableMiniDump=1 lets crashes leave a report. {page}",
    };

    /// <summary>"3 h 12 min", "4 min 10 s", "12 s".</summary>
    private static string Duration(TimeSpan time) =>
        time.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} days {time.Hours} h")
        : time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
