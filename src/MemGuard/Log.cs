using Microsoft.Extensions.Logging;

namespace MemGuard;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "A changed MemGuard configuration was refused, the last good one stays in force: {Failure}", EventName = "ConfigurationRefused")]
    public static partial void ConfigurationRefused(ILogger logger, string failure);

    [LoggerMessage(2002, LogLevel.Error, "{Dropped} log entries of MemGuard were dropped because the log sink is slower than they come. Make the sink faster.", EventName = "LogEntriesDropped")]
    public static partial void EntriesDropped(ILogger logger, long dropped);
}
