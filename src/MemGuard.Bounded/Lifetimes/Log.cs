using Microsoft.Extensions.Logging;

namespace MemGuard.Lifetimes;

/// <summary>The folder's log messages; ids from 7200.</summary>
internal static partial class Log
{
    [LoggerMessage(7200, LogLevel.Warning, "Event '{EventName}' has {HandlerCount} handlers and keeps gaining: {TopSharePercentage:F0} % belong to {TopSubscriber}. Each keeps its subscriber alive. Next: dispose what Subscribe returned, or use SubscribeWeakly.")]
    public static partial void HandlersGrew(ILogger logger, string eventName, int handlerCount, double topSharePercentage, string topSubscriber);

    [LoggerMessage(7201, LogLevel.Warning, "A handler of event '{EventName}' in {Subscriber} threw; the others were called. Next: handle it there. Said once, later ones are counted.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string eventName, string subscriber);

    [LoggerMessage(7210, LogLevel.Warning, "A tick of the timer started at {Site} threw; the timer goes on. Next: handle it there. Said once, later ones are counted.")]
    public static partial void TickFailed(ILogger logger, Exception exception, string site);
}
