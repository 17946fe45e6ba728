using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>The folder's log messages; ids from 7000.</summary>
internal static partial class Log
{
    [LoggerMessage(7100, LogLevel.Warning, "Pipe writer '{Name}' (made in {Origin}) flushes again before the last flush was awaited: its bytes pile up unbounded without MemGuard. The write was refused. Next: await each flush. Said once for this name.")]
    public static partial void FlushIgnored(ILogger logger, string name, string origin);

    [LoggerMessage(7101, LogLevel.Warning, "The reader of pipe writer '{Name}' (made in {Origin}) took nothing for {StalledReaderTimeout} while {WaitingBytes} bytes waited. The writer was completed. Next: see who reads so slowly; under ASP.NET Core set ReaderStalled to HttpContext.Abort. Said once for this name.")]
    public static partial void ReaderStalled(ILogger logger, string name, TimeSpan stalledReaderTimeout, long waitingBytes, string origin);
}
