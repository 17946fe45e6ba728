using Microsoft.Extensions.Logging;

namespace MemGuard.Limits;

internal static partial class Log
{
    [LoggerMessage(1003, LogLevel.Information, "Limits: {Advice}", EventName = "Limits")]
    public static partial void Limits(ILogger logger, MemoryLimitAdvice advice);

    [LoggerMessage(1004, LogLevel.Warning, "Limits: {Advice} {HelpLink}", EventName = "LimitAdvice")]
    public static partial void LimitAdvice(ILogger logger, MemoryLimitAdvice advice, string helpLink);
}
