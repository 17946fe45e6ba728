using MemGuard.Containers;
using Microsoft.Extensions.Logging;

namespace MemGuard.Sampling;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "MemGuard: {Source} failed ({Count} time(s) so far). The service is not affected, and MemGuard goes on without it. Report it with the exception if it repeats.", EventName = "ContainedFault")]
    public static partial void ContainedFault(ILogger logger, Exception exception, string source, long count);

    [LoggerMessage(1002, LogLevel.Information, "Sampling: {What} stays unknown here because {Reason}. The other values are complete. Next: nothing, unless you need it.", EventName = "Unknown")]
    public static partial void Unknown(ILogger logger, string what, string reason);

    [LoggerMessage(1003, LogLevel.Information, "Limits: {Advice}", EventName = "Limits")]
    public static partial void Limits(ILogger logger, MemoryLimitAdvice advice);

    [LoggerMessage(1004, LogLevel.Warning, "Limits: {Advice} docs/containers.md", EventName = "LimitAdvice")]
    public static partial void LimitAdvice(ILogger logger, MemoryLimitAdvice advice);
}
