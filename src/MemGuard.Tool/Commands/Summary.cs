using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary>The last lines of <c>run</c> and <c>attach</c>.</summary>
internal static class Summary
{
    public static void Say(Terminal terminal, SessionReport report)
    {
        if (!report.WasAttached)
        {
            terminal.Warn("MemGuard was not attached: the command started no .NET 10 process, or one that takes no startup hook (native, trimmed)");
        }
        else if (report.Worst is null)
        {
            terminal.Good(report.Verdict);
        }
        else if (report.Worst.IsConfirmed)
        {
            // It has been said when it was found; here it is the answer.
            terminal.Warn((report.IsResolved ? "Verdict, resolved since: " : "Verdict: ") + report.Verdict);
        }
        else
        {
            terminal.Note((report.IsResolved ? "Verdict, withdrawn since: " : "Verdict: ") + report.Verdict);
        }

        if (EndText.Of(report.End, report.ExitCode) is { } end)
        {
            terminal.Note(end);
        }
    }

    public static bool IsFound(SessionReport report, string? failOn) => failOn switch
    {
        "confirmed" => report.Alerts.Any(static alert => alert.IsConfirmed),
        "suspected" => report.Alerts.Any(static alert => alert.IsConfirmed || alert.Stage == "Suspected"),
        _ => false,
    };
}
