using Microsoft.Extensions.Logging;

namespace MemGuard.Evidence;

internal static partial class Log
{
    [LoggerMessage(4010, LogLevel.Information, "{Collection}", EventName = "GarbageCollection")]
    public static partial void Collection(ILogger logger, string collection);

    [LoggerMessage(4011, LogLevel.Information, "{Collections}", EventName = "GarbageCollectionSummary")]
    public static partial void CollectionSummary(ILogger logger, string collections);
}
