using MemGuard.Alerts;
using MemGuard.Evidence;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Alerts and their suspects for the page.</summary>
internal static class AlertWriter
{
    /// <param name="alerts">Oldest first.</param>
    /// <param name="dominators">What a snapshot names, for the chains.</param>
    public static PageAlerts Write(IReadOnlyList<MemoryAlert> alerts, IReadOnlyList<HeapDominator> dominators)
    {
        List<PageAlert> written = [];
        Dictionary<Triage.MemoryProblem, int> open = [];
        int episodes = 0;
        foreach (MemoryAlert alert in alerts)
        {
            if (!open.TryGetValue(alert.Problem, out int episode))
            {
                episode = ++episodes;
                open[alert.Problem] = episode;
            }

            if (alert.Stage == AlertStage.Resolved)
            {
                open.Remove(alert.Problem);
            }

            written.Add(new PageAlert
            {
                Time = alert.Diagnosis.Sample.Timestamp,
                Stage = PageText.Word(alert.Stage),
                Problem = PageText.Word(alert.Problem),
                Line = PageText.Sentence(alert.Message),
                Episode = episode,
                LastedSeconds = Lasted(alerts, alert)?.TotalSeconds,
                Suspects = Write(alert.Evidence, dominators),
                NoSuspectBecause = alert.Evidence.NoneBecause is { } because ? PageText.Whole(PageText.Sentence(because)) : null,
                Notes = [.. alert.Evidence.Notes.Select(PageText.Sentence)],
            });
        }

        written.Reverse();
        return new PageAlerts { Alerts = written };
    }

    public static IReadOnlyList<PageSuspect> Write(EvidenceResult evidence, IReadOnlyList<HeapDominator> dominators) =>
        [.. evidence.Suspects.Select(suspect => Write(suspect, dominators.FirstOrDefault(dominator => dominator.Name == suspect.Name)))];

    /// <summary>How long a problem lasted that an alert calls resolved; null for other alerts, and where its beginning is forgotten.</summary>
    public static TimeSpan? Lasted(IReadOnlyList<MemoryAlert> alerts, MemoryAlert ended)
    {
        if (ended.Stage != AlertStage.Resolved)
        {
            return null;
        }

        MemoryAlert? first = null;
        foreach (MemoryAlert alert in alerts.Where(alert => alert.Problem == ended.Problem && alert.Elapsed <= ended.Elapsed))
        {
            if (ReferenceEquals(alert, ended))
            {
                break;
            }

            first = alert.Stage == AlertStage.Resolved ? null : first ?? alert;
        }

        return ended.Elapsed - first?.Elapsed;
    }

    private static PageSuspect Write(LeakSuspect suspect, HeapDominator? place) => new()
    {
        Name = PageText.Name(suspect.Name),
        RetainedBytes = suspect.RetainedBytes,
        Count = suspect.Count,
        CountUnit = PageText.Name(suspect.CountUnit),
        GrowthShareRatio = suspect.GrowthShareRatio,
        NextStep = suspect.NextStep is { } next ? PageText.Whole(PageText.Sentence(next)) : null,
        Chain = place is { Chain.Links.Count: > 0 } ? ChainOf(place) : null,
        Fingerprint = place?.Fingerprint is { Length: > 0 } fingerprint ? fingerprint : null,
    };

    /// <summary>One step a line, the root first.</summary>
    public static IReadOnlyList<string> ChainOf(HeapDominator place) =>
        [.. place.Chain.Links.Select(static link => PageText.Name(new RetainerChain { Links = [link] }.ToString()))];
}
