using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "MemGuard's page is closed and answers 404: outside Development it needs authorization. Add .RequireAuthorization() to MapMemGuard(), or open it by name with .AllowWithoutAuthorization().", EventName = "PageClosed")]
    public static partial void PageClosed(ILogger logger);

    [LoggerMessage(6001, LogLevel.Information, "Heap snapshot asked for on the page by {User}: {Outcome}.", EventName = "PageSnapshotRequested")]
    public static partial void SnapshotRequested(ILogger logger, string user, string outcome);

    [LoggerMessage(6002, LogLevel.Warning, "A request of {User} for {Action} was refused: it did not come from MemGuard's own page.", EventName = "PageForeignRequest")]
    public static partial void ForeignRequest(ILogger logger, string user, string action);

    [LoggerMessage(6003, LogLevel.Information, "Heap snapshot {Snapshot} downloaded on the page by {User}.", EventName = "PageSnapshotDownloaded")]
    public static partial void SnapshotDownloaded(ILogger logger, string user, string snapshot);

    [LoggerMessage(6004, LogLevel.Information, "Collection asked for on the page by {User}: {Outcome}.", EventName = "PageCollectionRequested")]
    public static partial void CollectionRequested(ILogger logger, string user, string outcome);

    [LoggerMessage(6010, LogLevel.Information, "Unbounded in this application: {List}. Set what strangers can fill.", EventName = "UnboundedSettings")]
    public static partial void Unbounded(ILogger logger, string list);
}
