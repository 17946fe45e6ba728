using Microsoft.Extensions.Logging;

namespace MemGuard.Recording;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Warning, "{PreviousRun}", EventName = "PreviousRunEnded")]
    public static partial void EndedOtherwise(ILogger logger, string previousRun);

    [LoggerMessage(4001, LogLevel.Information, "{PreviousRun}", EventName = "PreviousRunStopped")]
    public static partial void StoppedInOrder(ILogger logger, string previousRun);

    [LoggerMessage(4002, LogLevel.Information, "The black box is off: {Reason}. If this process is killed, the next one cannot say how. Next: set MemGuard:BlackBoxDirectory to a private directory that survives it, or MemGuard:BlackBox to false.", EventName = "BlackBoxOff")]
    public static partial void BlackBoxOff(ILogger logger, string reason);

    [LoggerMessage(4003, LogLevel.Information, "{Living} black box(es) of this application are in use by other processes and left alone. Next: nothing.", EventName = "BlackBoxesInUse")]
    public static partial void LivingBeside(ILogger logger, int living);
}
