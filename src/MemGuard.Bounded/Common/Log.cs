using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>The folder's log messages; ids from 7000.</summary>
internal static partial class Log
{
    [LoggerMessage(7100, LogLevel.Warning, "Pipe writer '{Name}' (made in {Origin}) flushes again before the last flush was awaited: its bytes pile up unbounded without MemGuard. The write was refused. Next: await each flush. Said once for this name.")]
    public static partial void FlushIgnored(ILogger logger, string name, string origin);

    [LoggerMessage(7101, LogLevel.Warning, "The reader of pipe writer '{Name}' (made in {Origin}) took nothing for {StalledReaderTimeout} while {WaitingBytes} bytes waited. The writer was completed. Next: see who reads so slowly; under ASP.NET Core set ReaderStalled to HttpContext.Abort. Said once for this name.")]
    public static partial void ReaderStalled(ILogger logger, string name, TimeSpan stalledReaderTimeout, long waitingBytes, string origin);

    [LoggerMessage(7110, LogLevel.Warning, "A background task of '{Name}' started in {Origin} failed; nobody awaited it, so it is reported here. Next: handle it in the task.")]
    public static partial void TaskFailed(ILogger logger, Exception exception, string origin, string name);

    [LoggerMessage(7111, LogLevel.Warning, "The background task started in {Origin} has been under way for {Age} and counts against the bound of '{Name}'. Next: give it a timeout, or raise StuckAfter if that is normal.")]
    public static partial void TaskStuck(ILogger logger, string origin, string name, TimeSpan age);

    [LoggerMessage(7112, LogLevel.Warning, "{Left} background tasks of '{Name}' were still under way at the end of the drain, the oldest started in {Origin}; they were cancelled. Next: let them heed their token, or drain longer.")]
    public static partial void DrainIncomplete(ILogger logger, int left, string name, string origin);
}
