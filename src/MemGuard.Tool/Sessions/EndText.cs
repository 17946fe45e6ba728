using System.Globalization;
using MemGuard.Recording;

namespace MemGuard.Tool.Sessions;

/// <summary>The black box's line about a process, said of this one and not of the one before; with what its exit code tells besides.</summary>
internal static class EndText
{
    private const string Before = "The process before";

    /// <summary>What the black box says where it cannot tell these ends apart.</summary>
    private const string Untold = ": SIGKILL, FailFast, a stack overflow or a crash in native code";

    /// <param name="run">What the black box tells; null where there is none.</param>
    /// <param name="exitCode">What the process exited with; null when unknown.</param>
    public static string? Of(PreviousRun? run, int? exitCode)
    {
        if (run is null)
        {
            return null;
        }

        string text = run.Message.StartsWith(Before, StringComparison.Ordinal) ? "The process" + run.Message[Before.Length..] : run.Message;
        int untold = text.IndexOf(Untold, StringComparison.Ordinal);
        (string? what, string next) = Reason(exitCode);
        if (run.End != PreviousRunEnd.Abrupt || untold < 0 || what is null)
        {
            return text;
        }

        // What was open when it ended stands between; the black box's own next step is to look at the exit code.
        string rest = text[(untold + Untold.Length)..];
        int step = rest.IndexOf(" Next: ", StringComparison.Ordinal);
        return $"{text[..untold]}: {what}{(step < 0 ? rest : rest[..step])}{next}";
    }

    // As shells tell the signal that ended a process.
    private static (string? What, string Next) Reason(int? exitCode) => exitCode switch
    {
        129 or 130 or 131 or 143 => (string.Create(CultureInfo.InvariantCulture, $"it was asked to end by {Signal(exitCode.Value)}, and has no handler for it"), ""),
        132 or 135 or 139 => (string.Create(CultureInfo.InvariantCulture, $"{Signal(exitCode.Value)}, a crash in native code"), " Next: DOTNET_DbgEnableMiniDump=1 lets the next one leave a report."),
        134 => ("SIGABRT, which is FailFast, a stack overflow or an abort in native code", " Next: its error output says which."),
        137 => ("somebody sent SIGKILL", ""),
        _ => (null, ""),
    };

    private static string Signal(int exitCode) => (exitCode - 128) switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        7 => "SIGBUS",
        11 => "SIGSEGV",
        _ => "SIGTERM",
    };
}
