using Microsoft.Extensions.Logging;

namespace MemGuard;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "A changed MemGuard configuration was refused, the last good one stays in force: {Failure}", EventName = "ConfigurationRefused")]
    public static partial void ConfigurationRefused(ILogger logger, string failure);

    [LoggerMessage(2002, LogLevel.Error, "{Dropped} log entries of MemGuard were dropped because the log sink is slower than they come. Make the sink faster.", EventName = "LogEntriesDropped")]
    public static partial void EntriesDropped(ILogger logger, long dropped);

    [LoggerMessage(2003, LogLevel.Information, "MemGuard is off: {Reason}. Nothing is watched.", EventName = "TurnedOff")]
    public static partial void TurnedOff(ILogger logger, string reason);

    [LoggerMessage(2004, LogLevel.Information, "MemGuard is on again: its configuration says so.", EventName = "TurnedOn")]
    public static partial void TurnedOn(ILogger logger);

    [LoggerMessage(2005, LogLevel.Warning, "The environment variable {Variable} is '{Value}', which neither turns MemGuard off (1, true, yes, on) nor leaves it on (0, false, no, off). It stays on.", EventName = "KillSwitchUnclear")]
    public static partial void KillSwitchUnclear(ILogger logger, string variable, string value);

    [LoggerMessage(2007, LogLevel.Warning, "{Option} is no option and has no effect. {Hint}", EventName = "UnknownOption")]
    public static partial void UnknownOption(ILogger logger, string option, string hint);

    [LoggerMessage(2006, LogLevel.Warning, "MemGuardMonitor.Start was called while MemGuard runs already: the setup of the first start stays in force. Start it once, at the beginning of the program.", EventName = "RunsAlready")]
    public static partial void RunsAlready(ILogger logger);
}
