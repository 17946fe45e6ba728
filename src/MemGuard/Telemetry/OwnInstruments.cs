using System.Diagnostics.Metrics;
using System.Reflection;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>What MemGuard itself does and costs.</summary>
/// <remarks>Counts are own longs behind observable instruments: what is counted before a meter provider exists is not lost.</remarks>
internal sealed class OwnInstruments
{
    private static readonly MemoryProblem[] Problems = Enum.GetValues<MemoryProblem>();
    private static readonly AlertStage[] Stages = Enum.GetValues<AlertStage>();

    private readonly InternalFaults _faults;

    // By problem, then by stage. Of none there are no alerts.
    private readonly long[] _alerts = new long[Problems.Length * Stages.Length];

    // All failures that the structures have contained are the process's; this session counts those of its own time.
    private readonly long _structureFailuresBefore = BoundedStructures.TotalContainedFailures;
    private readonly long _snapshotFailuresBefore = SnapshotFailures.TotalCount;

    public OwnInstruments(MeterScope scope, InternalFaults faults)
    {
        _faults = faults;
        Meter meter = scope.Meter;
        meter.CreateObservableCounter(InstrumentNames.ConfirmingCollections, () => scope.ReadOne<long>(InstrumentNames.ConfirmingCollections, static source => source.ConfirmingCollections), "{collection}", "Background full collections that MemGuard asked for.");
        meter.CreateObservableGauge(InstrumentNames.SampleDuration, () => scope.ReadOne<double>(InstrumentNames.SampleDuration, static source => source.SampleDuration.TotalSeconds), "s", "Time that the last sample took: MemGuard's own cost.");
        meter.CreateObservableGauge(InstrumentNames.SampleLateness, () => scope.ReadOne<double>(InstrumentNames.SampleLateness, static source => source.SampleLateness.TotalSeconds), "s", "How late the last sample was taken.");
        meter.CreateObservableCounter(InstrumentNames.RecordedRows, () => scope.ReadOne<long>(InstrumentNames.RecordedRows, static source => source.RecordedRows?.Written), "{row}", "Samples written to the recording.");
        meter.CreateObservableCounter(InstrumentNames.DroppedRows, () => scope.ReadOne<long>(InstrumentNames.DroppedRows, static source => source.RecordedRows?.Dropped), "{row}", "Samples lost to the recording: the disk was slow, full or failed.");
        meter.CreateObservableCounter(InstrumentNames.Alerts, () => scope.Read(InstrumentNames.Alerts, _ => ReadAlerts()), "{alert}", "Alerts written, by problem and stage.");
        meter.CreateObservableGauge(InstrumentNames.PreviousRun, () => scope.Read(InstrumentNames.PreviousRun, static source => ReadPreviousRun(source.PreviousRun)), "{process}", "Always 1: the tag says how the process before this one ended.");
        meter.CreateObservableCounter(InstrumentNames.InternalErrors, () => scope.Read(InstrumentNames.InternalErrors, ReadErrors), "{error}", "Failures that MemGuard has contained, with samples that a recording lost.");
        meter.CreateObservableUpDownCounter(InstrumentNames.SwitchedOff, () => scope.Read(InstrumentNames.SwitchedOff, _ => ReadParts(static part => part.IsOff ? 1 : 0)), "{part}", "Parts that are switched off because they keep failing.");
        meter.CreateObservableCounter(InstrumentNames.SwitchOffs, () => scope.Read(InstrumentNames.SwitchOffs, _ => ReadParts(static part => part.SwitchOffs)), "{event}", "Times that a part was switched off because it kept failing.");
        meter.CreateObservableGauge(InstrumentNames.Info, () => scope.Read(InstrumentNames.Info, static source => ReadInfo(source)), "{process}", "Always 1: the tags tell the versions of the application and of MemGuard, and where the limit comes from.");
    }

    /// <summary>Thread-safe.</summary>
    public void CountAlert(MemoryAlert alert)
    {
        // Of a problem that no enumeration knows there is no series.
        if (alert.Problem != MemoryProblem.None && Problems.Contains(alert.Problem) && Stages.Contains(alert.Stage))
        {
            Interlocked.Increment(ref _alerts[IndexOf(alert.Problem, alert.Stage)]);
        }
    }

    private List<Measurement<long>> ReadAlerts()
    {
        List<Measurement<long>> measurements = [];
        foreach (MemoryProblem problem in Problems)
        {
            foreach (AlertStage stage in problem == MemoryProblem.None ? [] : Stages)
            {
                long total = Interlocked.Read(ref _alerts[IndexOf(problem, stage)]);
                measurements.Add(new Measurement<long>(total, MeterScope.Tag(InstrumentNames.ProblemTag, TagValues.Of(problem)), MeterScope.Tag(InstrumentNames.StageTag, TagValues.Of(stage))));
            }
        }

        return measurements;
    }

    private static List<Measurement<long>> ReadPreviousRun(PreviousRun? run) =>
        run is null ? [] : [new Measurement<long>(1, MeterScope.Tag(InstrumentNames.EndTag, TagValues.Of(run.End)))];

    private List<Measurement<long>> ReadErrors(IMetricSource source)
    {
        Dictionary<string, long> totals = FaultComponents.All.ToDictionary(static component => component, static _ => 0L);
        foreach ((string fault, long count) in _faults.Totals)
        {
            totals[FaultComponents.Of(fault)] += count;
        }

        totals[FaultComponents.Recording] += source.RecordedRows?.Dropped ?? 0;
        totals[FaultComponents.Structures] += BoundedStructures.TotalContainedFailures - _structureFailuresBefore;
        totals[FaultComponents.Snapshots] += SnapshotFailures.TotalCount - _snapshotFailuresBefore;
        return [.. totals.Select(static pair => new Measurement<long>(pair.Value, MeterScope.Tag(InstrumentNames.ComponentTag, pair.Key)))];
    }

    private List<Measurement<long>> ReadParts(Func<(string Part, bool IsOff, long SwitchOffs), long> read)
    {
        Dictionary<string, long> totals = FaultComponents.All.ToDictionary(static component => component, static _ => 0L);
        foreach ((string Part, bool IsOff, long SwitchOffs) part in _faults.Parts)
        {
            totals[FaultComponents.Of(part.Part)] += read(part);
        }

        return [.. totals.Select(static pair => new Measurement<long>(pair.Value, MeterScope.Tag(InstrumentNames.ComponentTag, pair.Key)))];
    }

    private static Measurement<long>[] ReadInfo(IMetricSource source) =>
    [
        new(
            1,
            MeterScope.Tag(InstrumentNames.AppVersionTag, AssemblyVersion.Of(Assembly.GetEntryAssembly())),
            MeterScope.Tag(InstrumentNames.VersionTag, AssemblyVersion.Of(typeof(OwnInstruments).Assembly)),
            MeterScope.Tag(InstrumentNames.LimitSourceTag, LimitSources.Of(source.Latest, source.Container, source.ConfiguredLimitBytes))),
    ];

    private static int IndexOf(MemoryProblem problem, AlertStage stage) => ((int)problem * Stages.Length) + (int)stage;
}
