using MemGuard.Alerts;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Tool.Sessions;

/// <summary>What MemGuard says about one recording, as one HTML file that opens without a network.</summary>
internal static class ReplayPage
{
    /// <param name="writer">Where to.</param>
    /// <param name="name">The recording's name.</param>
    /// <param name="samples">Its samples with their time of day, oldest first.</param>
    public static void Write(TextWriter writer, string name, IReadOnlyList<MemorySample> samples)
    {
        IReadOnlyList<MemoryAlert> alerts = MemoryReplay.Run(samples);
        PageFacts facts = new()
        {
            Application = new PageApplication { Name = PageText.Name(name), MemGuardVersion = typeof(ReplayPage).Assembly.GetName().Version?.ToString(3) ?? "unknown" },
            Run = "replay",
            History = samples,
            Latest = samples.Count > 0 ? samples[^1] : null,
            WatchedSince = samples.Count > 0 ? samples[0].Elapsed : null,
            Diagnosis = alerts is [.., { Stage: not AlertStage.Resolved } open] ? open.Diagnosis : new MemoryDiagnosis { Problem = MemoryProblem.None, Reason = "Nothing grows that matters", NextStep = "" },
            Alerts = alerts,
            Capture = new PageCapture { UnavailableBecause = "This is a recording: it has no heap." },
        };
        HtmlPage.WriteOffline(writer, new PageData
        {
            State = PageWriter.WriteState(facts),
            History = PageWriter.WriteHistory(facts, TimeSpan.Zero),
            Structures = PageWriter.WriteStructures([]),
            Alerts = AlertWriter.Write(alerts, []),
            Snapshots = new SnapshotList { Snapshots = [], NoneBecause = "This is a recording." },
        });
    }

    /// <summary>Samples with a time of day, which a recording does not have: the last one was written when its file was.</summary>
    public static MemorySample[] Time(IEnumerable<MemorySample> samples, DateTime writtenAt)
    {
        MemorySample[] all = [.. samples];
        return all.Length == 0 ? all : Array.ConvertAll(all, sample => sample with { Timestamp = new DateTimeOffset(writtenAt) - all[^1].Elapsed + sample.Elapsed });
    }
}
