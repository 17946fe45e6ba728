using Microsoft.Extensions.Logging;

namespace MemGuard.Sampling;

internal static partial class Log
{
    [LoggerMessage(1002, LogLevel.Information, "Sampling: {What} stays unknown here because {Reason}. The other values are complete. Next: nothing, unless you need it.", EventName = "Unknown")]
    public static partial void Unknown(ILogger logger, string what, string reason);

    [LoggerMessage(1007, LogLevel.Warning, "MemGuard used {Percentage:0.##} % of a core over {Minutes:0} min, more than its budget of {Budget:0.##} % (MemGuard:CpuBudgetPercentage). From here on {What}; alerts stay on. Next: if it stays so, raise MemGuard:SamplingInterval, and report what memguard.cost.cpu.time says.", EventName = "TierLowered")]
    public static partial void TierLowered(ILogger logger, double percentage, double minutes, double budget, string what);

    [LoggerMessage(1008, LogLevel.Information, "MemGuard used {Percentage:0.##} % of a core, well below its budget: from here on {What} again.", EventName = "TierRaised")]
    public static partial void TierRaised(ILogger logger, double percentage, string what);
}
