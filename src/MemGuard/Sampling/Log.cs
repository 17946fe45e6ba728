using Microsoft.Extensions.Logging;

namespace MemGuard.Sampling;

internal static partial class Log
{
    [LoggerMessage(1002, LogLevel.Information, "Sampling: {What} stays unknown here because {Reason}. The other values are complete. Next: nothing, unless you need it.", EventName = "Unknown")]
    public static partial void Unknown(ILogger logger, string what, string reason);
}
