using MemGuard.Recording;

namespace MemGuard.Tool.Sessions;

/// <summary>The black box's line about a process, said of this one and not of the one before.</summary>
internal static class EndText
{
    private const string Before = "The process before";

    public static string? Of(PreviousRun? run) =>
        run is null ? null
        : run.Message.StartsWith(Before, StringComparison.Ordinal) ? "The process" + run.Message[Before.Length..]
        : run.Message;
}
