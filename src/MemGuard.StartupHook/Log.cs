using Microsoft.Extensions.Logging;

namespace MemGuard.StartupHook;

internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "{Warning}", EventName = "VariableIgnored")]
    public static partial void VariableIgnored(ILogger logger, string warning);
}
