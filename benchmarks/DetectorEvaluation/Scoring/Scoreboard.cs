using System.Globalization;
using System.Text;
using MemGuard.Triage;

namespace DetectorEvaluation.Scoring;

/// <summary>Sums outcomes up into the tables of docs/detector.md and docs/contributing/detector-method.md.</summary>
internal sealed class Scoreboard(IReadOnlyList<RunOutcome> outcomes)
{
    public string Render()
    {
        StringBuilder text = new();
        text.AppendLine("| detector | precision | recall | F1 | false alarms per 1000 service-days (95 %) | latency median / p90 |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (IGrouping<string, RunOutcome> detector in outcomes.GroupBy(o => o.Detector))
        {
            text.AppendLine(Row(detector.Key, [.. detector]));
        }

        List<RunOutcome> own = [.. outcomes.Where(o => o.Detector == Evaluation.MemGuardName)];
        Details(text, own);
        Kinds(text, own);
        PerWay(text, own);
        PerFamily(text, own);
        return text.ToString();
    }

    private static string Row(string name, List<RunOutcome> runs)
    {
        int found = runs.Count(o => o.IsLeak && o.DetectedAt is not null);
        int missed = runs.Count(o => o.IsLeak && o.DetectedAt is null);
        int falseRuns = runs.Count(o => o.FalseAlarms > 0);
        double precision = (double)found / Math.Max(1, found + falseRuns);
        double recall = (double)found / Math.Max(1, found + missed);
        List<RunOutcome> healthy = [.. runs.Where(o => !o.IsLeak)];
        int alarms = healthy.Sum(o => o.FalseAlarms);
        double days = healthy.Sum(o => o.Days);
        (double low, double high) = Poisson(alarms);
        List<double> latency = [.. runs.Where(o => o.Latency is not null).Select(o => o.Latency!.Value).Order()];
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {precision:0.000} | {recall:0.000} | {2 * precision * recall / Math.Max(1e-9, precision + recall):0.000} | {1000 * alarms / days:0} ({1000 * low / days:0}–{1000 * high / days:0}) | {Quantile(latency, 0.5):0.00} / {Quantile(latency, 0.9):0.00} |");
    }

    private static void Details(StringBuilder text, List<RunOutcome> own)
    {
        List<RunOutcome> healthy = [.. own.Where(o => !o.IsLeak)];
        double days = healthy.Sum(o => o.Days);
        List<double> forecasts = [.. own.Where(o => o.ForecastRatio is not null).Select(o => o.ForecastRatio!.Value).Order()];
        int found = own.Count(o => o.IsLeak && o.DetectedAt is not null);
        int right = own.Count(o => o.IsLeak && o.DetectedAt is not null && o.Kind == o.Truth);
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Runs: {own.Count} ({healthy.Count} healthy, {days:0} healthy service-days).");
        text.AppendLine(CultureInfo.InvariantCulture, $"Kind right: {(double)right / Math.Max(1, found):0.000}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Forecasts: {forecasts.Count} of {found} alarms; within 2x: {(double)forecasts.Count(r => r is >= 0.5 and <= 2) / Math.Max(1, forecasts.Count):0.000}; median ratio {Quantile(forecasts, 0.5):0.00}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Suspicions per healthy service-day: {healthy.Sum(o => o.Suspicions) / days:0.00}; not withdrawn by the end of the run: {healthy.Sum(o => o.OpenSuspicions)}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Full collections asked for per healthy service-day: {healthy.Sum(o => o.Collections) / days:0.0}.");
        if (own.Exists(static o => o.Snapshots > 0))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Heap snapshots per healthy service-day: {healthy.Sum(o => o.Snapshots) / days:0.0}; per leak: {own.Where(o => o.IsLeak).Average(o => o.Snapshots):0.0}.");
        }
    }

    private static void Kinds(StringBuilder text, List<RunOutcome> own)
    {
        MemoryProblem[] kinds = [MemoryProblem.ManagedLeak, MemoryProblem.UnmanagedGrowth, MemoryProblem.HeapFragmentation, MemoryProblem.GCThrash];
        text.AppendLine();
        text.AppendLine("| truth \\ reported | " + string.Join(" | ", kinds) + " | nothing |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (MemoryProblem truth in kinds)
        {
            IEnumerable<int> cells = kinds.Select(kind => own.Count(o => o.Truth == truth && o.DetectedAt is not null && o.Kind == kind));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {truth} | {string.Join(" | ", cells)} | {own.Count(o => o.Truth == truth && o.DetectedAt is null)} |");
        }
    }

    /// <summary>A leak that takes days is reported in hours: the share alone hides how long somebody waits.</summary>
    private static void PerWay(StringBuilder text, List<RunOutcome> own)
    {
        double[] hours = [0, 2, 8, 24, 96, double.PositiveInfinity];
        text.AppendLine();
        text.AppendLine("| hours to the limit | leaks | found | latency median / p90 | hours to the alarm, median |");
        text.AppendLine("|---|---|---|---|---|");
        for (int i = 1; i < hours.Length; i++)
        {
            List<RunOutcome> runs = [.. own.Where(o => o.IsLeak && o.TimeToLimit >= hours[i - 1] * 3600 && o.TimeToLimit < hours[i] * 3600)];
            List<RunOutcome> found = [.. runs.Where(o => o.DetectedAt is not null)];
            List<double> latency = [.. found.Select(o => o.Latency!.Value).Order()];
            List<double> waits = [.. found.Select(o => (o.DetectedAt!.Value - o.Onset!.Value) / 3600).Order()];
            string range = double.IsInfinity(hours[i]) ? $"over {hours[i - 1]:0}" : i == 1 ? $"under {hours[i]:0}" : $"{hours[i - 1]:0}–{hours[i]:0}";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {range} | {runs.Count} | {found.Count} | {Quantile(latency, 0.5):0.00} / {Quantile(latency, 0.9):0.00} | {Quantile(waits, 0.5):0.0} |");
        }
    }

    private static void PerFamily(StringBuilder text, List<RunOutcome> own)
    {
        text.AppendLine();
        text.AppendLine("| family | runs | days | found or false alarms | suspicions | latency median |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (IGrouping<string, RunOutcome> family in own.GroupBy(o => o.Family))
        {
            List<double> latency = [.. family.Where(o => o.Latency is not null).Select(o => o.Latency!.Value).Order()];
            bool leaks = family.First().IsLeak;
            string result = leaks
                ? string.Create(CultureInfo.InvariantCulture, $"{family.Count(o => o.DetectedAt is not null)} found, {family.Sum(o => o.FalseAlarms)} early")
                : string.Create(CultureInfo.InvariantCulture, $"{family.Sum(o => o.FalseAlarms)} false");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {family.Key} | {family.Count()} | {family.Sum(o => o.Days):0.0} | {result} | {family.Sum(o => o.Suspicions)} | {(latency.Count == 0 ? "" : Quantile(latency, 0.5).ToString("0.00", CultureInfo.InvariantCulture))} |");
        }
    }

    private static double Quantile(List<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    /// <summary>95 % interval of a count (Wilson-Hilferty approximation of the exact one).</summary>
    private static (double Low, double High) Poisson(int count)
    {
        double low = count == 0 ? 0 : count * Math.Pow(1 - (1 / (9.0 * count)) - (1.96 / (3 * Math.Sqrt(count))), 3);
        double next = count + 1;
        return (low, next * Math.Pow(1 - (1 / (9 * next)) + (1.96 / (3 * Math.Sqrt(next))), 3));
    }
}
