using Microsoft.Extensions.Logging;

namespace MemGuard.Alerts;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "{Alert}", EventName = "MemorySuspected")]
    public static partial void Suspected(ILogger logger, string alert);

    [LoggerMessage(3001, LogLevel.Warning, "{Alert}", EventName = "MemoryConfirmed")]
    public static partial void Confirmed(ILogger logger, string alert);

    [LoggerMessage(3002, LogLevel.Information, "{Alert}", EventName = "MemoryResolved")]
    public static partial void Resolved(ILogger logger, string alert);

    [LoggerMessage(3003, LogLevel.Warning, "Alert handler {Handler} did not finish within {TimeoutSeconds} s; its alert may not have been delivered. Make it faster or hand the work to a queue.", EventName = "AlertHandlerTimedOut")]
    public static partial void HandlerTimedOut(ILogger logger, string handler, double timeoutSeconds);

    [LoggerMessage(3004, LogLevel.Warning, "Evidence collector {Collector} did not finish within {TimeoutSeconds} s; the alert was written without it. What it still finds follows; raise EvidenceTimeout if the alert should wait longer.", EventName = "EvidenceTimedOut")]
    public static partial void EvidenceTimedOut(ILogger logger, string collector, double timeoutSeconds);

    [LoggerMessage(3005, LogLevel.Error, "{Dropped} alert(s) were dropped because handlers are slower than alerts arrive. Make the handlers faster.", EventName = "AlertsDropped")]
    public static partial void AlertsDropped(ILogger logger, long dropped);

    [LoggerMessage(3006, LogLevel.Warning, "{Evidence}", EventName = "EvidenceFollows")]
    public static partial void EvidenceFollows(ILogger logger, string evidence);
}
