using Microsoft.Extensions.Logging;

namespace MemGuard.Telemetry;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "MemGuard's {Component} failed ({Total} time(s) so far); the service is not affected and MemGuard goes on. Report it if it repeats.", EventName = "InternalError")]
    public static partial void InternalError(ILogger logger, Exception exception, string component, long total);

    [LoggerMessage(2001, LogLevel.Error, "A changed MemGuard configuration was refused, the last good one stays in force: {Failure}", EventName = "ConfigurationRefused")]
    public static partial void ConfigurationRefused(ILogger logger, string failure);
}
