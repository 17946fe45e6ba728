using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>The stages' own settings, mapped from the options.</summary>
internal sealed record PipelineSettings(TrendSettings Trends, TriageSettings Triage, TimeSpan AlertCooldown)
{
    public static PipelineSettings From(MemGuardOptions options) => new(
        new TrendSettings
        {
            WarmUp = options.WarmUp,
            Sensitivity = options.Sensitivity,
            MinimumGrowthBytes = options.MinimumGrowthBytes,
            MinimumGrowthRatio = options.MinimumGrowthRatio,
            Horizon = options.Horizon,
            Rearm = options.Rearm,
            ConfirmWithFullCollection = options.ConfirmWithFullCollection,
            PausePercentage = options.Thresholds.GCPausePercentage,
            HeapLimitRatio = options.Thresholds.HeapLimitRatio,
            NearLimitRatio = options.Thresholds.NearLimitRatio,
        },
        new TriageSettings
        {
            ManagedLeak = !options.IgnoredProblems.Contains(MemoryProblem.ManagedLeak),
            UnmanagedGrowth = !options.IgnoredProblems.Contains(MemoryProblem.UnmanagedGrowth),
            GCThrash = !options.IgnoredProblems.Contains(MemoryProblem.GCThrash),
            HeapFragmentation = !options.IgnoredProblems.Contains(MemoryProblem.HeapFragmentation),
            NearMemoryLimit = !options.IgnoredProblems.Contains(MemoryProblem.NearMemoryLimit),
        },
        options.AlertCooldown);
}
