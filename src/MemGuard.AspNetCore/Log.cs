using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "MemGuard's page is closed and answers 404: outside Development it needs authorization. Add .RequireAuthorization() to MapMemGuard(), or open it by name with .AllowWithoutAuthorization().", EventName = "PageClosed")]
    public static partial void PageClosed(ILogger logger);

    [LoggerMessage(6001, LogLevel.Information, "Heap snapshot asked for on the page by {User}: {Outcome}.", EventName = "PageSnapshotRequested")]
    public static partial void SnapshotRequested(ILogger logger, string user, string outcome);

    [LoggerMessage(6002, LogLevel.Warning, "A request of {User} for a heap snapshot was refused: it did not come from MemGuard's own page.", EventName = "PageForeignRequest")]
    public static partial void ForeignRequest(ILogger logger, string user);

    [LoggerMessage(6010, LogLevel.Information, "Unbounded in this application: {List}. Set what strangers can fill.", EventName = "UnboundedSettings")]
    public static partial void Unbounded(ILogger logger, string list);
}
