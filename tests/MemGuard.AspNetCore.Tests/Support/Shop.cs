using MemGuard.Alerts;
using MemGuard.Containers;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.AspNetCore.Tests.Support;

/// <summary>A shop in every state that the page has words for.</summary>
internal static class Shop
{
    public const string Holder = "static UserService._cache → ConcurrentDictionary<string, User>";

    private const long Megabyte = 1 << 20;

    public static IReadOnlyList<string> States { get; } = ["off", "starting", "healthy", "suspected", "confirmed", "resolved", "unlimited"];

    public static FakeMonitor In(string state) => state switch
    {
        "off" => new FakeMonitor(),
        "starting" => new FakeMonitor { History = Samples(12, 0, 1024), PreviousRun = Killed(), Advice = Advice(1024) },
        "healthy" => new FakeMonitor { History = Samples(900, 0, 1024), Advice = Advice(1024), PreviousRun = Killed() },
        "suspected" => Growing(AlertStage.Suspected),
        "confirmed" => Growing(AlertStage.Confirmed),
        "resolved" => Growing(AlertStage.Resolved),
        "unlimited" => new FakeMonitor { History = Samples(900, 0, null), Advice = new MemoryLimitAdvice { Findings = [Finding("no-limit", MemoryAdviceSeverity.Warning, "nothing limits the memory of this process", "set the container's memory limit, or MemGuard:MemoryLimitBytes")] } },
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };

    /// <param name="count">One a second.</param>
    /// <param name="growthPerSecond">Bytes of live heap.</param>
    /// <param name="limitMegabytes">Null for none.</param>
    public static IReadOnlyList<MemorySample> Samples(int count, long growthPerSecond, long? limitMegabytes)
    {
        DateTimeOffset start = new(2026, 11, 29, 2, 0, 0, TimeSpan.Zero);
        List<MemorySample> samples = [];
        for (int i = 0; i < count; i++)
        {
            // A collection every 20 seconds, a page scan every 30; the saw of what is allocated in between.
            long live = (150 * Megabyte) + (i / 20 * 20 * growthPerSecond);
            long heap = live + (i % 20 * Megabyte * 3) + (10 * Megabyte);
            long malloc = (61 * Megabyte) + (i % 7 * 100_000);
            TimeSpan elapsed = TimeSpan.FromSeconds(3 + i);
            MemoryLedger ledger = new()
            {
                Elapsed = elapsed,
                GCHeapBytes = (i / 30 * 30 * growthPerSecond) + (190 * Megabyte),
                NativeAllocatedBytes = malloc,
                NativeFreeBytes = 9 * Megabyte,
                OtherAnonymousBytes = 43 * Megabyte,
                SharedMemoryBytes = 20 * Megabyte,
                FileBytes = 96 * Megabyte,
            };
            samples.Add(new MemorySample
            {
                Elapsed = elapsed,
                Timestamp = start + elapsed,
                TotalMemoryBytes = heap,
                HeapSizeBytes = live + (4 * Megabyte),
                Gen2LiveBytes = live,
                FullCollectionIndex = i / 20,
                TotalAllocatedBytes = i * 11 * Megabyte,
                TotalPauseDuration = TimeSpan.FromMilliseconds(i / 20 * 14),
                WorkingSetBytes = ledger.WorkingSetBytes,
                AnonymousBytes = ledger.AnonymousBytes,
                SharedMemoryBytes = ledger.SharedMemoryBytes,
                FileBytes = ledger.FileBytes,
                UnmanagedBytes = ledger.UnmanagedBytes,
                MemoryLimitBytes = limitMegabytes * Megabyte,
                HeapLimitBytes = limitMegabytes * Megabyte * 3 / 4,
                Ledger = ledger,
            });
        }

        return samples;
    }

    public static MemoryAlert Alert(AlertStage stage, MemorySample sample, string message, params LeakSuspect[] suspects) => new()
    {
        Stage = stage,
        Problem = MemoryProblem.ManagedLeak,
        Message = message,
        Diagnosis = Diagnosis(stage == AlertStage.Confirmed, sample),
        Elapsed = sample.Elapsed,
        Evidence = new EvidenceResult { Suspects = suspects },
    };

    public static MemoryDiagnosis Diagnosis(bool isConfirmed, MemorySample sample) => new()
    {
        Problem = MemoryProblem.ManagedLeak,
        Reason = "live heap after gen2 150 → 325 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84)",
        IsConfirmed = isConfirmed,
        NextStep = "Bound it, e.g. BoundedCache<string, User>",
        Sample = sample,
        BytesPerHour = 756.0 * Megabyte,
        TimeToLimit = TimeSpan.FromMinutes(66),
        TimeToLimitLow = TimeSpan.FromMinutes(52),
        TimeToLimitHigh = TimeSpan.FromMinutes(84),
        Trends =
        [
            new MemoryTrend
            {
                Series = MemorySeries.LiveHeap, Start = 150 * Megabyte, End = 325 * Megabyte, Window = TimeSpan.FromMinutes(14), PerHour = 756.0 * Megabyte, PerHourLow = 600.0 * Megabyte,
                PerHourHigh = 900.0 * Megabyte, Confidence = 0.99,
            },
        ],
    };

    public static LeakSuspect Suspect(string name = Holder) => new(name)
    {
        RetainedBytes = 143 * Megabyte,
        Count = 412_003,
        GrowthShareRatio = 0.81,
        NextStep = "bound it, e.g. BoundedCache<string, User>",
    };

    public static MemoryLimitFinding Finding(string rule, MemoryAdviceSeverity severity, string fact, string setting) =>
        new() { Rule = rule, Severity = severity, Fact = fact, Setting = setting };

    private static FakeMonitor Growing(AlertStage stage)
    {
        IReadOnlyList<MemorySample> samples = Samples(900, 200_000, 1024);
        MemorySample last = samples[^1];
        const string Line = "live heap after gen2 150 → 325 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84).";
        List<MemoryAlert> alerts = [Alert(AlertStage.Suspected, samples[240], "Suspected: managed memory is growing: " + Line + " Next: wait for the confirmation. docs/triage.md#managed-leak")];
        if (stage != AlertStage.Suspected)
        {
            alerts.Add(Alert(AlertStage.Confirmed, samples[480], $"Managed leak: {Line} Suspect: {Holder}, 412,003 entries, 143 MB retained (81 % of the growth). Next: bound it, e.g. BoundedCache<string, User>. docs/triage.md#managed-leak", Suspect()));
        }

        if (stage == AlertStage.Resolved)
        {
            alerts.Add(Alert(AlertStage.Resolved, samples[700], "Managed leak resolved: the live heap has been level for 5 min; live heap after gen2 325 → 326 MB in 5 min."));
        }

        FakeMonitor monitor = new() { History = samples, Alerts = alerts, Advice = Advice(1024), PreviousRun = Killed() };
        monitor.Diagnosis = stage == AlertStage.Resolved ? monitor.Diagnosis : Diagnosis(stage == AlertStage.Confirmed, last);
        return monitor;
    }

    private static MemoryLimitAdvice Advice(long megabytes) => new()
    {
        MemoryLimitBytes = megabytes * Megabyte,
        HeapLimitBytes = megabytes * Megabyte * 3 / 4,
        HeapLimitOrigin = HeapLimitOrigin.ContainerDefault,
        Findings = [Finding("heap-limit-leaves-little", MemoryAdviceSeverity.Note, "unmanaged memory has used 128 MB of the 256 MB that the heap's limit leaves", "DOTNET_GCHeapHardLimitPercent=0x46")],
    };

    private static PreviousRun Killed() => new()
    {
        End = PreviousRunEnd.KilledForMemory,
        Message = "The process before (pid 4711, 3 h 12 min) ended without shutdown at 1,019 of 1,024 MB, unmanaged growth +144.0 MB/min for 3 min 0 s; the group counted 1 OOM kill: killed for memory.",
        LastSeenAt = new DateTimeOffset(2026, 11, 29, 1, 59, 30, TimeSpan.Zero),
    };
}
