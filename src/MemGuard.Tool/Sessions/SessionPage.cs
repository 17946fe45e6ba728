using MemGuard.Alerts;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Tool.Sessions;

/// <summary>A session as one HTML file, by the renderer of the served page: it opens without a network.</summary>
internal static class SessionPage
{
    /// <summary>Each is some tens of kilobytes in the page.</summary>
    private const int MaxSnapshots = 4;

    /// <param name="writer">Where to.</param>
    /// <param name="report">What is known.</param>
    /// <param name="samples">The samples, oldest first.</param>
    /// <param name="snapshots">Heap snapshots by a name each, the newest first.</param>
    public static void Write(TextWriter writer, SessionReport report, IReadOnlyList<MemorySample> samples, IReadOnlyList<(string Name, HeapSnapshot Snapshot)> snapshots)
    {
        IReadOnlyList<(string Name, HeapSnapshot Snapshot)> shown = [.. snapshots.Take(MaxSnapshots)];
        IReadOnlyList<HeapDominator> dominators = shown is [(_, var newest), ..] ? newest.Dominators : [];
        PageFacts facts = new()
        {
            Application = new PageApplication { Name = PageText.Name(report.Application ?? "the process"), MemGuardVersion = typeof(SessionPage).Assembly.GetName().Version?.ToString(3) ?? "unknown" },
            Run = report.ProcessId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown",
            History = samples,
            Latest = samples.Count > 0 ? samples[^1] : null,
            WatchedSince = samples.Count > 0 ? samples[0].Elapsed : null,
            Diagnosis = new MemoryDiagnosis { Problem = MemoryProblem.None, Reason = report.Verdict, NextStep = "" },
            Capture = new PageCapture { UnavailableBecause = "The process has ended." },
        };
        HtmlPage.WriteOffline(writer, new PageData
        {
            State = PageWriter.WriteState(facts) with
            {
                Verdict = WriteVerdict(report),
                Suspects = [.. (report.Worst?.Suspects ?? []).Select(name => WriteSuspect(name, dominators))],
                Limits = WriteLimits(report),
                PreviousRun = WriteEnd(report),
            },
            History = PageWriter.WriteHistory(facts, TimeSpan.Zero),
            Structures = PageWriter.WriteStructures([]),
            Alerts = WriteAlerts(report, facts.Latest),
            Snapshots = new SnapshotList { Snapshots = [.. shown.Select(static one => SnapshotWriter.WriteSummary(one.Name, one.Snapshot))], NoneBecause = shown.Count == 0 ? "None was taken." : null },
            SnapshotDetails = shown.ToDictionary(static one => one.Name, static one => SnapshotWriter.WriteDetail(one.Name, one.Snapshot)),
            Diff = shown.Count > 1 ? SnapshotWriter.WriteDiff(shown[^1].Name, shown[^1].Snapshot, shown[0].Name, shown[0].Snapshot) : null,
        });
    }

    private static PageVerdict WriteVerdict(SessionReport report)
    {
        AlertLine? worst = report.Worst;
        if (worst is null)
        {
            return new PageVerdict
            {
                Stage = report.SampleCount > 0 ? "healthy" : "off",
                Headline = PageText.Whole(report.SampleCount > 0 ? $"No problem. Watched for {PageText.Duration(report.Duration ?? TimeSpan.Zero)}" : report.Verdict),
                Reason = PageText.Whole(report.Verdict),
            };
        }

        bool isOver = report.IsResolved;
        string title = Enum.TryParse(worst.Problem, out MemoryProblem problem) ? VerdictWriter.Title(problem) : PageText.Name(worst.Problem);
        string limit = !isOver && worst.SecondsToLimit is { } seconds ? $" Limit in {PageText.Duration(TimeSpan.FromSeconds(seconds))} when it was said." : "";
        return new PageVerdict
        {
            Stage = isOver ? "resolved" : worst.IsConfirmed ? "confirmed" : "suspected",
            Problem = PageText.Word(problem),
            Headline = isOver ? $"{title}, ended." : worst.IsConfirmed ? $"{title}, confirmed.{limit}" : $"Growing, not yet certain: {title}, suspected.{limit}",
            Reason = PageText.Sentence(worst.Message),
            NextStep = PageText.Whole(PageText.Sentence(worst.NextStep)),
            Line = PageText.Sentence(worst.Message),
            TimeToLimitSeconds = worst.SecondsToLimit,
            BytesPerHour = worst.BytesPerHour,
        };
    }

    private static PageSuspect WriteSuspect(string name, IReadOnlyList<HeapDominator> dominators)
    {
        HeapDominator? place = dominators.FirstOrDefault(dominator => dominator.Name == name);
        return new PageSuspect
        {
            Name = PageText.Name(name),
            RetainedBytes = place?.RetainedBytes,
            Count = place?.Count,
            CountUnit = place?.CountUnit ?? "entries",
            Chain = place is { Chain.Links.Count: > 0 } ? AlertWriter.ChainOf(place) : null,
        };
    }

    private static PageLimits WriteLimits(SessionReport report) => new()
    {
        MemoryLimitBytes = report.LimitBytes,
        IsMemoryLimitKnown = report.LimitBytes is not null,
        IsJudged = true,
        Summary = PageText.Whole(PageText.Sentence(report.Lines.LastOrDefault(static line => line.Contains("Limits:", StringComparison.Ordinal)) is { } line
            ? line[line.IndexOf("Limits:", StringComparison.Ordinal)..]
            : report.LimitBytes is { } limit ? $"memory limit {ByteText.Of(limit)}" : "no memory limit known")),
    };

    private static PagePreviousRun? WriteEnd(SessionReport report)
    {
        string[] parts = [.. new[]
        {
            report.ExitCode is { } code ? System.FormattableString.Invariant($"Exit code {code}.") : null,
            EndText.Of(report.End, report.ExitCode) is { } end ? PageText.Whole(PageText.Sentence(end)) : null,
        }.OfType<string>()];
        return parts.Length == 0 ? null : new PagePreviousRun { End = report.End is { } known ? PageText.Word(known.End) : "unknown", Message = string.Join(' ', parts) };
    }

    private static PageAlerts WriteAlerts(SessionReport report, MemorySample? latest)
    {
        List<PageAlert> written = [];
        Dictionary<string, int> open = [];
        int episodes = 0;
        DateTimeOffset zero = latest?.Timestamp - latest?.Elapsed ?? DateTimeOffset.UnixEpoch;
        foreach (AlertLine alert in report.Alerts)
        {
            if (!open.TryGetValue(alert.Problem, out int episode))
            {
                open[alert.Problem] = episode = ++episodes;
            }

            if (alert.Stage == nameof(AlertStage.Resolved))
            {
                open.Remove(alert.Problem);
            }

            written.Add(new PageAlert
            {
                Time = zero + TimeSpan.FromSeconds(alert.ElapsedSeconds),
                Stage = Enum.TryParse(alert.Stage, out AlertStage stage) ? PageText.Word(stage) : PageText.Name(alert.Stage),
                Problem = Enum.TryParse(alert.Problem, out MemoryProblem problem) ? PageText.Word(problem) : PageText.Name(alert.Problem),
                Line = PageText.Sentence(alert.Message),
                Episode = episode,
            });
        }

        written.Reverse();
        return new PageAlerts { Alerts = written };
    }
}
