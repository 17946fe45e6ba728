using Microsoft.Extensions.Logging;

namespace MemGuard.Faults;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "MemGuard: {Source} failed ({Count} time(s) so far). The service is not affected, and MemGuard goes on without it. Report it with the exception if it repeats.", EventName = "ContainedFault")]
    public static partial void ContainedFault(ILogger logger, Exception exception, string source, long count);
}
