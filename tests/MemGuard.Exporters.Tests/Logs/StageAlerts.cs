using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;

namespace MemGuard.Exporters.Tests.Logs;

/// <summary>One leak in its three stages, as a service's log gets it.</summary>
internal static class StageAlerts
{
    private const long Megabyte = 1 << 20;

    private static readonly MemorySample Sample = new() { MemoryLimitBytes = 2048 * Megabyte, ContainerUsageBytes = 700 * Megabyte, HeapLimitBytes = 1536 * Megabyte, Gen2LiveBytes = 388 * Megabyte };

    private static readonly TriageSettings Settings = new();

    private static readonly EvidenceResult Evidence = new()
    {
        Suspects =
        [
            new LeakSuspect("static UserService._cache → ConcurrentDictionary<string, User>")
            {
                Count = 412_003,
                RetainedBytes = 143 * Megabyte,
                GrowthShareRatio = 0.8125,
                Fingerprint = "1a2b3c4d5e6f7081",
                NextStep = "bound it, e.g. BoundedCache<string, User>",
            },
        ],
        Files = ["/var/lib/memguard/20261129T0312-1"],
    };

    public static MemoryAlert Suspected { get; } = Alert(AlertStage.Suspected, Diagnose(GrowthStage.Suspected), EvidenceResult.Empty);

    public static MemoryAlert Confirmed { get; } = Alert(AlertStage.Confirmed, Diagnose(GrowthStage.Confirmed), Evidence);

    public static MemoryAlert Resolved { get; } = Alert(AlertStage.Resolved, MemoryTriage.Diagnose(new TrendReport { Sample = Sample, EndedBecause = "most of the growth was given back" }, Settings), EvidenceResult.Empty);

    public static void WriteAll(ILogger logger)
    {
        LogAlertHandler handler = new(logger);
        handler.Handle(Suspected);
        handler.Handle(Confirmed);
        handler.Handle(Resolved);
    }

    private static MemoryAlert Alert(AlertStage stage, MemoryDiagnosis diagnosis, EvidenceResult evidence) =>
        new AlertRequest(stage, MemoryProblem.ManagedLeak, diagnosis, TimeSpan.FromHours(3)) { WasConfirmed = stage == AlertStage.Resolved }.ToAlert(evidence, new HelpLinks("https://docs.example/memguard"));

    private static MemoryDiagnosis Diagnose(GrowthStage stage)
    {
        MemoryTrend trend = new()
        {
            Series = MemorySeries.LiveHeap,
            Start = 212 * Megabyte,
            End = 388 * Megabyte,
            Window = TimeSpan.FromMinutes(14),
            PerHour = 754 * Megabyte,
            PerHourLow = 600 * Megabyte,
            PerHourHigh = 900 * Megabyte,
            Confidence = 0.99,
        };
        LimitForecast forecast = new(TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), TimeSpan.FromMinutes(84));
        return MemoryTriage.Diagnose(new TrendReport { Sample = Sample, Growth = new GrowthFact(stage, GrowthRule.Urgent, trend, forecast), Trends = [trend] }, Settings);
    }
}
