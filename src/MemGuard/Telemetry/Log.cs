using Microsoft.Extensions.Logging;

namespace MemGuard.Telemetry;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "A changed MemGuard configuration was refused, the last good one stays in force: {Failure}", EventName = "ConfigurationRefused")]
    public static partial void ConfigurationRefused(ILogger logger, string failure);
}
