using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>From what is known to what the page shows.</summary>
internal static class PageWriter
{
    private const int MaxStructures = 200;

    public static PageState WriteState(PageFacts facts)
    {
        MemoryAlert? open = facts.IsEnabled ? VerdictWriter.FindOpen(facts) : null;
        MemoryAlert? named = open is null ? null : facts.Alerts.LastOrDefault(alert => alert.Problem == open.Problem && alert.Suspects.Count > 0 && alert.Elapsed >= FirstElapsed(facts, open)) ?? open;
        return new PageState
        {
            Run = facts.Run,
            Time = facts.Latest?.Timestamp,
            UptimeSeconds = facts.Latest?.Elapsed.TotalSeconds,
            SampleIntervalSeconds = facts.SampleIntervalSeconds,
            Application = facts.Application,
            Verdict = VerdictWriter.Write(facts),
            Memory = facts.Latest is { } sample ? WriteMemory(sample, facts.Limits) : null,
            Suspects = named is null ? [] : AlertWriter.Write(named.Evidence, facts.Dominators),
            NoSuspectBecause = named is { Suspects.Count: 0 } ? WhyNone(named, facts.Capture) : null,
            Limits = WriteLimits(facts.Limits),
            PreviousRun = facts.PreviousRun is { } previous ? WritePrevious(previous) : null,
            Capture = facts.Capture,
            HasRoutes = facts.HasRoutes,
        };
    }

    public static PageHistory WriteHistory(PageFacts facts, TimeSpan after) => new()
    {
        Run = facts.Run,
        ZeroTime = facts.Latest?.Timestamp - facts.Latest?.Elapsed,
        IsContinued = after > TimeSpan.Zero,
        Columns = HistoryColumns.Of(facts.History, after),
    };

    public static PageStructures WriteStructures(IReadOnlyList<BoundedStructureUsage> usage) => new()
    {
        Structures = [.. usage.Select(WriteStructure).OrderByDescending(static one => one.FillRatio ?? -1).ThenBy(static one => one.Name, StringComparer.Ordinal).Take(MaxStructures)],
        LeftOut = Math.Max(0, usage.Count - MaxStructures),
    };

    private static TimeSpan FirstElapsed(PageFacts facts, MemoryAlert open)
    {
        TimeSpan first = open.Elapsed;
        foreach (MemoryAlert alert in facts.Alerts.Reverse().Where(alert => alert.Problem == open.Problem).TakeWhile(static alert => alert.Stage != AlertStage.Resolved))
        {
            first = alert.Elapsed;
        }

        return first;
    }

    private static string WhyNone(MemoryAlert alert, PageCapture capture) =>
        alert.Evidence.NoneBecause is { } because ? PageText.Whole(PageText.Sentence(because))
        : alert.Stage == AlertStage.Suspected ? "What holds it is looked for when the growth is confirmed."
        : capture.UnavailableBecause ?? "Nothing stands out.";

    private static PageMemory WriteMemory(MemorySample sample, MemoryLimitAdvice limits)
    {
        MemoryUsage usage = MemoryUsage.Of(sample);
        MemoryLedger? ledger = sample.Ledger;
        return new PageMemory
        {
            UsedBytes = usage.UsedBytes,
            LimitBytes = usage.LimitBytes,
            HeadroomBytes = usage.HeadroomBytes,
            // More than all of it where the limit is one that was set and not one that the kernel keeps.
            UsedRatio = usage is { UsedBytes: { } used, LimitBytes: { } limit } ? (double)used / limit : null,
            NoLimitBecause = usage.LimitBytes is not null ? null
                : (limits.IsMemoryLimitKnown ? "No limit known" : "The limit cannot be seen from inside") + ". To get a forecast, limit the container's memory or set MemGuard:MemoryLimitBytes.",
            HeapBytes = usage.HeapBytes,
            HeapLimitBytes = usage.HeapLimitBytes,
            LiveHeapBytes = sample.Gen2LiveBytes,
            UnmanagedBytes = sample.UnmanagedBytes,
            WorkingSetBytes = sample.WorkingSetBytes,
            Ledger = ledger is null ? null : new PageLedger
            {
                GCHeapBytes = ledger.GCHeapBytes,
                NativeAllocatedBytes = ledger.NativeAllocatedBytes,
                NativeFreeBytes = ledger.NativeFreeBytes,
                OtherBytes = ledger.OtherAnonymousBytes,
                SharedBytes = ledger.SharedMemoryBytes,
                FileBytes = ledger.FileBytes,
            },
            NoLedgerBecause = ledger is null ? "Where the bytes are is read every half minute, on Linux." : null,
        };
    }

    private static PageLimits WriteLimits(MemoryLimitAdvice advice) => new()
    {
        MemoryLimitBytes = advice.MemoryLimitBytes,
        IsMemoryLimitKnown = advice.IsMemoryLimitKnown,
        HeapLimitBytes = advice.HeapLimitBytes,
        IsJudged = !ReferenceEquals(advice, MemoryLimitAdvice.None),
        Summary = ReferenceEquals(advice, MemoryLimitAdvice.None) ? "Nothing is known of them yet." : PageText.Whole(PageText.Sentence((advice with { Findings = [] }).ToString().Replace(": no objection", "", StringComparison.Ordinal))),
        Findings =
        [
            .. advice.Findings.Select(static finding => new PageFinding
            {
                Rule = finding.Rule,
                Severity = PageText.Word(finding.Severity),
                Fact = PageText.Whole(PageText.Sentence(finding.Fact)),
                Setting = PageText.Sentence(finding.Setting),
            }),
        ],
    };

    // The report's path stays in the log: it tells of the machine.
    private static PagePreviousRun WritePrevious(PreviousRun previous) => new()
    {
        End = PageText.Word(previous.End),
        Message = PageText.Sentence(previous.Message),
        LastSeenAt = previous.LastSeenAt,
    };

    private static PageStructure WriteStructure(BoundedStructureUsage usage)
    {
        double? items = Share(usage.Count, usage.Capacity);
        double? weight = Share(usage.Weight, usage.MaxWeight);
        long asked = (usage.TotalHits ?? 0) + (usage.TotalMisses ?? 0);
        return new PageStructure
        {
            Name = PageText.Name(usage.Name),
            Kind = PageText.Word(usage.Kind),
            Count = usage.Count,
            Capacity = usage.Capacity,
            Weight = usage.Weight,
            MaxWeight = usage.MaxWeight,
            FillRatio = items is { } one && weight is { } other ? Math.Max(one, other) : items ?? weight,
            HitRatio = usage.TotalHits is { } hits && asked > 0 ? (double)hits / asked : null,
            TotalEvictions = usage.TotalEvictions,
            OldestSeconds = usage.OldestAge?.TotalSeconds,
        };
    }

    private static double? Share(long? part, long? whole) => part is { } some && whole is > 0 ? Math.Clamp((double)some / whole.Value, 0, 1) : null;
}
