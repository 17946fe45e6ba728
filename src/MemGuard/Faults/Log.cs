using Microsoft.Extensions.Logging;

namespace MemGuard.Faults;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "MemGuard: {Source} failed ({Count} time(s) so far). The service is not affected, and MemGuard goes on without it. Correct what the exception names, or report it if it repeats.", EventName = "ContainedFault")]
    public static partial void ContainedFault(ILogger logger, Exception exception, string source, long count);

    [LoggerMessage(1005, LogLevel.Warning, "MemGuard: {Part} failed {Count} times in a row and is switched off for {Minutes:0.#} min, then tried again, ever more rarely while it fails. The service is not affected. Next: see the exception of event 1000.", EventName = "PartSwitchedOff")]
    public static partial void PartSwitchedOff(ILogger logger, string part, int count, double minutes);

    [LoggerMessage(1006, LogLevel.Information, "MemGuard: {Part} works again and is switched on.", EventName = "PartSwitchedOn")]
    public static partial void PartSwitchedOn(ILogger logger, string part);
}
