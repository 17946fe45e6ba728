using System.Globalization;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>A snapshot as one HTML file, by the renderer of the served page.</summary>
internal static class SnapshotFilePage
{
    private const int MaxSuspects = 3;
    private const string Id = "snapshot";

    public static void Write(TextWriter writer, HeapSnapshot snapshot, HeapSnapshotDiff? diff)
    {
        PageFacts facts = new()
        {
            Application = new PageApplication { Name = PageText.Name(snapshot.Data.Application), MemGuardVersion = typeof(SnapshotFilePage).Assembly.GetName().Version?.ToString(3) ?? "unknown" },
            Run = Id,
            Diagnosis = new MemoryDiagnosis { Problem = MemoryProblem.None, Reason = "", NextStep = "" },
            Capture = new PageCapture(),
        };
        IReadOnlyList<PageSuspect> suspects = WriteSuspects(snapshot, diff);
        HtmlPage.WriteSnapshot(
            writer,
            PageWriter.WriteState(facts) with
            {
                Time = snapshot.TakenAt,
                Verdict = WriteVerdict(snapshot, diff),
                Suspects = suspects,
                NoSuspectBecause = suspects.Count > 0 ? null : snapshot.IncompleteBecause is null ? "Nothing stands out." : "An incomplete snapshot has no retained sizes.",
            },
            new SnapshotFileData
            {
                Snapshots = new SnapshotList { Snapshots = [SnapshotWriter.WriteSummary(Id, snapshot)] },
                SnapshotDetails = new Dictionary<string, SnapshotDetail> { [Id] = SnapshotWriter.WriteDetail(Id, snapshot) },
                Diff = diff is null ? null : SnapshotWriter.WriteDiff(diff, Id, snapshot),
            });
    }

    private static PageVerdict WriteVerdict(HeapSnapshot snapshot, HeapSnapshotDiff? diff) => new()
    {
        // By itself it judges nothing: no colour.
        Stage = "off",
        Headline = PageText.Whole(diff is null
            ? string.Create(CultureInfo.InvariantCulture, $"Heap snapshot: {ByteText.Of(snapshot.TotalBytes)} live in {snapshot.ObjectCount:N0} objects")
            : $"Heap snapshot: {ByteText.Of(snapshot.TotalBytes)} live, {(diff.GrowthBytes > 0 ? "+" : "")}{ByteText.Of(diff.GrowthBytes)} in {PageText.Duration(diff.Elapsed)}"),
        Reason = PageText.Whole(PageText.Sentence(string.Create(
            CultureInfo.InvariantCulture,
            $"{snapshot.Reason}; taken {snapshot.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{(diff is null ? "" : $", compared with {diff.BaselineTakenAt.UtcDateTime:HH:mm:ss}")}; the process stood still for {snapshot.Pause.TotalMilliseconds:F0} ms"))),
        NextStep = Places(snapshot, diff).FirstOrDefault()?.NextStep is { } next ? PageText.Whole(PageText.Sentence(next)) : null,
    };

    private static IReadOnlyList<PageSuspect> WriteSuspects(HeapSnapshot snapshot, HeapSnapshotDiff? diff) =>
        [.. Places(snapshot, diff).Take(MaxSuspects).Select(place => new PageSuspect
        {
            Name = PageText.Name(place.Name),
            RetainedBytes = place.RetainedBytes,
            Count = place.Count,
            CountUnit = PageText.Name(place.CountUnit),
            GrowthShareRatio = diff?.Growth.FirstOrDefault(growth => growth.Place == place)?.ShareRatio,
            Chain = AlertWriter.ChainOf(place),
        })];

    // What grew says more than what is large.
    private static IEnumerable<HeapDominator> Places(HeapSnapshot snapshot, HeapSnapshotDiff? diff) =>
        diff is { Growth.Count: > 0 } ? diff.Growth.Select(static growth => growth.Place) : snapshot.Dominators;
}
