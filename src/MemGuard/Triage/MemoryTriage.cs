using MemGuard.Trends;

namespace MemGuard.Triage;

/// <summary>Turns what the detector knows into one verdict. Pure: the same report gives the same diagnosis.</summary>
internal static class MemoryTriage
{
    public static MemoryDiagnosis Diagnose(TrendReport report, TriageSettings settings)
    {
        if (report.IsThrashing && settings.GCThrash)
        {
            return Thrash(report);
        }

        GrowthFact? growth = report.Growth is GrowthFact found && IsEnabled(found, settings) ? found : null;
        if (growth is { Stage: GrowthStage.Confirmed })
        {
            return Growing(report, growth);
        }

        if (report.IsNearLimit && settings.NearMemoryLimit)
        {
            return NearLimit(report);
        }

        return growth is not null ? Growing(report, growth)
            : CounterRules.Diagnose(report, settings) ?? Healthy(report);
    }

    /// <summary>The verdict on a second growth that is confirmed beside the first and of another kind; null when there is none.</summary>
    public static MemoryDiagnosis? DiagnoseSecond(TrendReport report, TriageSettings settings) =>
        report is { SecondGrowth: GrowthFact second, Growth: GrowthFact first } && ProblemOf(second.Series) != ProblemOf(first.Series) && IsEnabled(second, settings)
            ? Growing(report, second)
            : null;

    /// <summary>Every problem that is suspected or confirmed, the one that <see cref="Diagnose"/> gives first, each once.</summary>
    public static IReadOnlyList<MemoryDiagnosis> DiagnoseAll(TrendReport report, TriageSettings settings)
    {
        MemoryDiagnosis?[] found =
        [
            Diagnose(report, settings),
            report.Growth is { } growth && IsEnabled(growth, settings) ? Growing(report, growth) : null,
            DiagnoseSecond(report, settings),
            report.IsNearLimit && settings.NearMemoryLimit ? NearLimit(report) : null,
            CounterRules.Diagnose(report, settings),
        ];
        return [.. found.OfType<MemoryDiagnosis>().Where(static diagnosis => diagnosis.Problem != MemoryProblem.None).DistinctBy(static diagnosis => diagnosis.Problem)];
    }

    private static bool IsEnabled(GrowthFact growth, TriageSettings settings) => ProblemOf(growth.Series) switch
    {
        MemoryProblem.UnmanagedGrowth => settings.UnmanagedGrowth,
        MemoryProblem.HeapFragmentation => settings.HeapFragmentation,
        _ => settings.ManagedLeak,
    };

    private static MemoryProblem ProblemOf(MemorySeries series) => series switch
    {
        MemorySeries.Unmanaged or MemorySeries.Assemblies => MemoryProblem.UnmanagedGrowth,
        MemorySeries.Fragmentation => MemoryProblem.HeapFragmentation,
        _ => MemoryProblem.ManagedLeak,
    };

    private static MemoryDiagnosis Healthy(TrendReport report)
    {
        long free = report.Sample.TotalCommittedBytes - (report.Sample.HeapSizeBytes ?? report.Sample.TotalMemoryBytes) ?? 0;
        string reason = report.CollectorKeepsMemory
            ? $"no growth that matters; the garbage collector keeps {ByteText.Megabytes(free)} MB free after a peak"
            : report.AllocatorKeepsMemory
                ? $"no growth that matters; the native allocator keeps {ByteText.Megabytes(report.Sample.NativeFreeBytes ?? 0)} MB that are free"
                : "no growth that matters";
        string next = report.CollectorKeepsMemory ? "Nothing to do; GCConserveMemory or GC.Collect with compaction gives the pages back where that matters."
            : report.AllocatorKeepsMemory ? "Nothing to do; fewer arenas (MALLOC_ARENA_MAX) or malloc_trim give the pages back where that matters."
            : "Nothing to do.";
        return new MemoryDiagnosis { Problem = MemoryProblem.None, Reason = reason, NextStep = next, Sample = report.Sample, Trends = report.Trends, EndedBecause = report.EndedBecause };
    }

    private static MemoryDiagnosis NearLimit(TrendReport report) => new()
    {
        Problem = MemoryProblem.NearMemoryLimit,
        Reason = FormattableString.Invariant($"no growth, but {100 * report.UsageRatio:0} % of the memory limit in use for 15 min"),
        NextStep = "Raise the limit or bound the largest cache: the next peak may not fit.",
        Sample = report.Sample,
        Trends = report.Trends,
        IsConfirmed = true,
    };

    private static MemoryDiagnosis Thrash(TrendReport report) => new()
    {
        Problem = MemoryProblem.GCThrash,
        Reason = FormattableString.Invariant($"{report.PausePercentage:0} % of the time in collection pauses, {report.FullCollectionsPerSecond:0.0} full collections/s, heap at {100 * report.HeapRatio:0} % of its limit"),
        NextStep = "Free memory or raise the limit now: requests fail next; then look for what fills the heap.",
        Sample = report.Sample,
        Trends = report.Trends,
        IsConfirmed = true,
    };

    private static MemoryDiagnosis Growing(TrendReport report, GrowthFact growth)
    {
        MemoryTrend trend = growth.Trend;
        GrowthFigures figures = GrowthFigures.Of(growth);
        string forecast = growth.Forecast is LimitForecast limit
            ? $", limit in {Figures.Range(limit.Best, limit.Low, limit.High)}{(figures.DiffersFrom(trend.PerHour) ? $" at the present {ByteText.Rate(trend.PerHour)}" : "")}"
            : "";
        string grown = FormattableString.Invariant(
            $"{NameOf(growth)} {ByteText.Megabytes(figures.Start)} → {ByteText.Megabytes(figures.End)} MB in {Figures.Duration(figures.Window)} ({ByteText.Rate(figures.PerHour)})");
        MemoryProblem problem = ProblemOf(growth.Series);
        string? counter = CounterRules.Explain(report, problem);
        string? wait = growth is { Stage: GrowthStage.Suspected, Series: MemorySeries.LiveHeap or MemorySeries.Heap } && report.Holder is { } holder ? HolderText.NextStep(holder) : null;
        string next = wait ?? (counter is null ? NextStep(growth) : CounterRules.NextStep(report, problem));
        return new MemoryDiagnosis
        {
            Problem = problem,
            Reason = counter is null ? grown + forecast : $"{grown}{forecast}; {counter}",
            ReasonAtTheLimit = counter is null ? grown : $"{grown}; {counter}",
            NextStep = next,
            NextStepOfSuspect = wait ?? NextStep(growth),
            Sample = report.Sample,
            Trends = [trend, .. report.Trends.Where(other => !ReferenceEquals(other, trend))],
            Figures = figures,
            IsConfirmed = growth.Stage == GrowthStage.Confirmed,
            BytesPerHour = trend.PerHour,
            TimeToLimit = growth.Forecast?.Best,
            TimeToLimitLow = growth.Forecast?.Low,
            TimeToLimitHigh = growth.Forecast?.High,
        };
    }

    private static string NameOf(GrowthFact growth) => growth.Series switch
    {
        MemorySeries.LiveHeap => "live heap after gen2",
        MemorySeries.Heap => "heap after collections",
        MemorySeries.Fragmentation => "free space inside the heap",
        MemorySeries.Unmanaged => "memory outside the heap",
        _ => growth.Series.ToString(),
    };

    private static string NextStep(GrowthFact growth) => (ProblemOf(growth.Series), growth.Stage) switch
    {
        (MemoryProblem.UnmanagedGrowth, GrowthStage.Confirmed) => "Find the native allocations: undisposed handles, interop buffers, or loaded assemblies.",
        (MemoryProblem.HeapFragmentation, _) => "Look for pinned buffers and large arrays of changing size; pool them.",
        (_, GrowthStage.Confirmed) => "Find what keeps the objects alive and bound it.",
        _ => "Wait: full collections and a longer look decide whether this is a leak or a warm-up.",
    };
}
