using System.Globalization;
using MemGuard.Alerts;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Says in one sentence how it stands: is it us, which kind, when does it end.</summary>
internal static class VerdictWriter
{
    /// <summary>Before that the shortest time scale of the detector has no points.</summary>
    public static readonly TimeSpan FirstVerdict = TimeSpan.FromMinutes(2);

    /// <summary>How long the end of a problem stays on top.</summary>
    public static readonly TimeSpan ResolvedOnTop = TimeSpan.FromMinutes(30);

    public static PageVerdict Write(PageFacts facts)
    {
        if (!facts.IsEnabled)
        {
            return new PageVerdict
            {
                Stage = "off",
                Headline = "MemGuard is off.",
                Reason = "The setting MemGuard:Enabled is false: nothing is measured.",
                NextStep = "Set MemGuard:Enabled to true; it is followed at run time.",
            };
        }

        if (facts.Latest is null)
        {
            return Starting("Waiting for the first sample.", facts);
        }

        return facts.Diagnosis.Problem != MemoryProblem.None ? WriteOpen(facts)
            : FindEnded(facts) is { } ended ? WriteEnded(facts, ended)
            : facts.Watched < FirstVerdict ? Starting($"Watching for {PageText.Duration(facts.Watched)}. A first verdict needs about {PageText.Duration(FirstVerdict)}.", facts)
            : new PageVerdict
            {
                Stage = "healthy",
                Headline = $"No problem. Watched for {PageText.Duration(facts.Watched)}.",
                Reason = PageText.Whole(PageText.Sentence(facts.Diagnosis.Reason)),
            };
    }

    /// <summary>The name of a problem at the beginning of a sentence.</summary>
    public static string Title(MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak => "Managed leak",
        MemoryProblem.UnmanagedGrowth => "Unmanaged growth",
        MemoryProblem.GCThrash => "GC thrash",
        MemoryProblem.HeapFragmentation => "Heap fragmentation",
        MemoryProblem.NearMemoryLimit => "Near the memory limit",
        _ => "No problem",
    };

    /// <summary>The newest alert of the problem that is open now; null without one.</summary>
    public static MemoryAlert? FindOpen(PageFacts facts) =>
        facts.Alerts.LastOrDefault(alert => alert.Problem == facts.Diagnosis.Problem) is { Stage: not AlertStage.Resolved } open ? open : null;

    private static PageVerdict Starting(string headline, PageFacts facts) => new()
    {
        Stage = "starting",
        Headline = headline,
        Reason = facts.Latest is null ? "Nothing is known yet." : "Growth while a service starts is expected; nothing is judged by it.",
    };

    private static PageVerdict WriteOpen(PageFacts facts)
    {
        MemoryDiagnosis diagnosis = facts.Diagnosis;
        MemoryAlert? alert = FindOpen(facts);
        MemoryAlert? first = alert is null ? null : FirstOf(facts, alert.Stage);
        string ago = first is null ? "" : $" {PageText.Duration(facts.Latest!.Value.Elapsed - first.Elapsed)} ago";
        string limit = diagnosis.TimeToLimit is { } best ? $" Limit in {PageText.Range(best, diagnosis.TimeToLimitLow, diagnosis.TimeToLimitHigh)}." : "";
        return new PageVerdict
        {
            Stage = diagnosis.IsConfirmed ? "confirmed" : "suspected",
            Problem = PageText.Word(diagnosis.Problem),
            Headline = diagnosis.IsConfirmed
                ? $"{Title(diagnosis.Problem)}, confirmed{ago}.{limit}"
                : $"Growing, not yet certain: {Lower(Title(diagnosis.Problem))} suspected{ago}.{limit}",
            Reason = PageText.Whole(PageText.Sentence(diagnosis.Reason)),
            NextStep = PageText.Whole(PageText.Sentence(alert is { Suspects: [{ NextStep: { } ofSuspect }, ..] } ? ofSuspect : diagnosis.NextStep)),
            Line = alert is null ? null : PageText.Sentence(alert.Message),
            Since = first?.Diagnosis.Sample.Timestamp,
            TimeToLimitSeconds = diagnosis.TimeToLimit?.TotalSeconds,
            TimeToLimitLowSeconds = diagnosis.TimeToLimitLow?.TotalSeconds,
            TimeToLimitHighSeconds = diagnosis.TimeToLimitHigh?.TotalSeconds,
            BytesPerHour = diagnosis.BytesPerHour,
            Trend = diagnosis.Trends is [{ } trend, ..] ? ToPage(trend, diagnosis) : null,
        };
    }

    // The same stage of the same problem, back to where it began: a problem that speaks again is not new.
    private static MemoryAlert FirstOf(PageFacts facts, AlertStage stage)
    {
        MemoryAlert? first = null;
        foreach (MemoryAlert alert in facts.Alerts.Reverse().Where(alert => alert.Problem == facts.Diagnosis.Problem))
        {
            if (alert.Stage == AlertStage.Resolved)
            {
                break;
            }

            first = alert.Stage == stage ? alert : first;
        }

        return first!;
    }

    private static PageTrend ToPage(MemoryTrend trend, MemoryDiagnosis diagnosis) => new()
    {
        Series = PageText.Word(trend.Series),
        EndElapsedSeconds = diagnosis.Sample.Elapsed.TotalSeconds,
        WindowSeconds = trend.Window.TotalSeconds,
        Start = trend.Start,
        End = trend.End,
        PerHour = trend.PerHour,
        PerHourLow = trend.PerHourLow,
        PerHourHigh = trend.PerHourHigh,
    };

    private static MemoryAlert? FindEnded(PageFacts facts) =>
        facts.Alerts is [.., { Stage: AlertStage.Resolved } last] && facts.Latest!.Value.Elapsed - last.Elapsed <= ResolvedOnTop ? last : null;

    private static PageVerdict WriteEnded(PageFacts facts, MemoryAlert ended)
    {
        TimeSpan? lasted = AlertWriter.Lasted(facts.Alerts, ended);
        string line = PageText.Sentence(ended.Message);
        return new PageVerdict
        {
            Stage = "resolved",
            Problem = PageText.Word(ended.Problem),
            Headline = string.Create(
                CultureInfo.InvariantCulture,
                $"{Title(ended.Problem)} ended {PageText.Duration(facts.Latest!.Value.Elapsed - ended.Elapsed)} ago{(lasted is { } time ? $", lasted {PageText.Duration(time)}" : "")}."),
            Reason = line,
            Line = line,
            Since = ended.Diagnosis.Sample.Timestamp,
        };
    }

    private static string Lower(string title) => title.StartsWith("GC", StringComparison.Ordinal) ? title : char.ToLowerInvariant(title[0]) + title[1..];
}
