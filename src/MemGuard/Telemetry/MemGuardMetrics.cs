using System.Diagnostics.Metrics;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>
/// Publishes the <c>MemGuard</c> meter. Callbacks read the last sample and own counters, never a file, and what they throw stays inside.
/// </summary>
/// <remarks>Counts are own longs behind observable instruments: what is counted before a meter provider exists is not lost.</remarks>
internal sealed class MemGuardMetrics : IDisposable
{
    private static readonly int StageCount = Enum.GetValues<AlertStage>().Length;

    private readonly Meter _meter;
    private readonly bool _ownsMeter;

    // Null once disposed: a meter of the factory's lives on, but publishes nothing more of this monitor and does not keep it alive.
    private volatile IMetricSource? _source;
    private readonly InternalFaults _errors;
    // By problem, then by stage.
    private readonly long[] _alerts = new long[Enum.GetValues<MemoryProblem>().Length * StageCount];

    public MemGuardMetrics(IMeterFactory? meterFactory, IMetricSource source, InternalFaults errors)
    {
        string version = typeof(MemGuardMetrics).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        _meter = meterFactory?.Create(InstrumentNames.Meter, version) ?? new Meter(InstrumentNames.Meter, version);

        // A meter of the factory's is shared and disposed by the factory.
        _ownsMeter = meterFactory is null;
        _source = source;
        _errors = errors;
        CreateMemoryInstruments();
        CreateOwnInstruments();
        CreateBoundedInstruments();
    }

    /// <summary>Thread-safe.</summary>
    public void CountAlert(MemoryAlert alert) => Interlocked.Increment(ref _alerts[IndexOf(alert.Problem, alert.Stage)]);

    public void Dispose()
    {
        _source = null;
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private void CreateMemoryInstruments()
    {
        Bytes(InstrumentNames.Unmanaged, "Resident memory outside the managed heap.", static sample => sample.UnmanagedBytes);
        Bytes(InstrumentNames.HeapLive, "Live managed heap after the last full collection.", static sample => sample.Gen2LiveBytes);
        Bytes(InstrumentNames.HeapCurrent, "Managed heap now, garbage included.", static sample => sample.TotalMemoryBytes);
        Bytes(InstrumentNames.HeapLimit, "Limit of the managed heap.", static sample => sample.HeapLimitBytes);
        Bytes(InstrumentNames.ContainerLimit, "Tightest memory limit of the process: the configured one or the container's.", static sample => sample.MemoryLimitBytes);
        Bytes(InstrumentNames.ContainerUnreclaimable, "Memory that counts against the container's limit and cannot be reclaimed.", static sample => sample.ContainerUsageBytes);
        Bytes(InstrumentNames.ContainerHeadroom, "Bytes left until the limit.", static sample => sample.MemoryLimitBytes - (sample.ContainerUsageBytes ?? (sample.AnonymousBytes + sample.SharedMemoryBytes)));
        _meter.CreateObservableUpDownCounter(
            InstrumentNames.Resident,
            () => Contained(InstrumentNames.Resident, ReadLedger),
            "By",
            "Working set by kind of memory; the kinds add up to it.");
        _meter.CreateObservableGauge(
            InstrumentNames.FinalizerLag,
            () => FromSample<double>(InstrumentNames.FinalizerLag, static sample => sample.FinalizerLag?.TotalSeconds),
            "s",
            "How long a dead object with a finalizer has been waiting for the finalizer thread.");
        _meter.CreateObservableGauge(
            InstrumentNames.HeapLimitUtilization,
            () => FromSample<double>(InstrumentNames.HeapLimitUtilization, static sample => sample.HeapLimitBytes > 0 ? (double?)sample.HeapSizeBytes / sample.HeapLimitBytes : null),
            "1",
            "Share of the heap limit in use after the last collection.");
    }

    private void CreateOwnInstruments()
    {
        _meter.CreateObservableCounter(InstrumentNames.ConfirmingCollections, () => Single(InstrumentNames.ConfirmingCollections, static source => source.ConfirmingCollections), "{collection}", "Background full collections that MemGuard asked for.");
        _meter.CreateObservableGauge(InstrumentNames.SampleDuration, () => Single(InstrumentNames.SampleDuration, static source => source.SampleDuration.TotalSeconds), "s", "Time that the last sample took: MemGuard's own cost.");
        _meter.CreateObservableGauge(InstrumentNames.SampleLateness, () => Single(InstrumentNames.SampleLateness, static source => source.SampleLateness.TotalSeconds), "s", "How late the last sample was taken.");
        _meter.CreateObservableCounter(InstrumentNames.Alerts, () => Contained(InstrumentNames.Alerts, ReadAlerts), "{alert}", "Alerts written.");
        _meter.CreateObservableCounter(InstrumentNames.InternalErrors, () => Contained(InstrumentNames.InternalErrors, ReadErrors), "{error}", "MemGuard's own failures, all of them contained.");
    }

    private void CreateBoundedInstruments()
    {
        Bounded(InstrumentNames.BoundedCount, "{item}", "Items in the structure.", static usage => usage.Count);
        Bounded(InstrumentNames.BoundedCapacity, "{item}", "The most items that the structure may hold.", static usage => usage.Capacity);
        Bounded(InstrumentNames.BoundedWeight, "1", "Weight of what the structure holds, in its weigher's unit.", static usage => usage.Weight);
        BoundedTotal(InstrumentNames.BoundedHits, "{hit}", "Reads that found their item.", static usage => usage.TotalHits);
        BoundedTotal(InstrumentNames.BoundedMisses, "{miss}", "Reads that did not find their item.", static usage => usage.TotalMisses);
        BoundedTotal(InstrumentNames.BoundedEvictions, "{item}", "Items that left because of a bound.", static usage => usage.TotalEvictions);
        _meter.CreateObservableGauge(
            InstrumentNames.BoundedOldestAge,
            () => Contained(InstrumentNames.BoundedOldestAge, static () => ReadBounded<double>(static usage => usage.OldestAge?.TotalSeconds, Math.Max)),
            "s",
            "Age of the oldest item.");
    }

    private void Bytes(string name, string description, Func<MemorySample, long?> read) =>
        _meter.CreateObservableUpDownCounter(name, () => FromSample(name, read), "By", description);

    private void Bounded(string name, string unit, string description, Func<BoundedStructureUsage, long?> read) =>
        _meter.CreateObservableUpDownCounter(name, () => Contained(name, () => SumBounded(read)), unit, description);

    private void BoundedTotal(string name, string unit, string description, Func<BoundedStructureUsage, long?> read) =>
        _meter.CreateObservableCounter(name, () => Contained(name, () => SumBounded(read)), unit, description);

    private List<Measurement<T>> FromSample<T>(string name, Func<MemorySample, T?> read)
        where T : struct =>
        Contained<T>(name, () => _source?.Latest is { } sample && read(sample) is { } value ? [new Measurement<T>(value)] : []);

    private List<Measurement<T>> Single<T>(string name, Func<IMetricSource, T> read)
        where T : struct =>
        Contained<T>(name, () => _source is { } source ? [new Measurement<T>(read(source))] : []);

    // Structures of one name and kind are one to the user, and to a collector, which would keep only one of several measurements with the same tags.
    private static List<Measurement<T>> ReadBounded<T>(Func<BoundedStructureUsage, T?> read, Func<T, T, T> combine)
        where T : struct
    {
        Dictionary<(string Name, string Kind), T> values = [];
        foreach (BoundedStructureUsage usage in BoundedStructures.GetUsage())
        {
            if (read(usage) is { } value)
            {
                (string, string) key = (usage.Name, usage.Kind);
                values[key] = values.TryGetValue(key, out T other) ? combine(other, value) : value;
            }
        }

        return [.. values.Select(static pair => new Measurement<T>(pair.Value, Tag(InstrumentNames.StructureNameTag, pair.Key.Name), Tag(InstrumentNames.StructureKindTag, pair.Key.Kind)))];
    }

    private static List<Measurement<long>> SumBounded(Func<BoundedStructureUsage, long?> read) => ReadBounded(read, static (a, b) => a + b);

    private List<Measurement<long>> ReadLedger()
    {
        List<Measurement<long>> measurements = [];
        if (_source?.Latest?.Ledger is { } ledger)
        {
            Add("gc_heap", ledger.GCHeapBytes);
            Add("malloc_used", ledger.NativeAllocatedBytes);
            Add("malloc_free", ledger.NativeFreeBytes);
            Add("other_anon", ledger.OtherAnonymousBytes);
            Add("shmem", ledger.SharedMemoryBytes);
            Add("file", ledger.FileBytes);
        }

        return measurements;

        void Add(string kind, long? bytes)
        {
            if (bytes is { } known)
            {
                measurements.Add(new Measurement<long>(known, Tag(InstrumentNames.KindTag, kind)));
            }
        }
    }

    private List<Measurement<long>> ReadAlerts()
    {
        List<Measurement<long>> measurements = [];
        foreach (MemoryProblem problem in Enum.GetValues<MemoryProblem>())
        {
            foreach (AlertStage stage in Enum.GetValues<AlertStage>())
            {
                long total = Interlocked.Read(ref _alerts[IndexOf(problem, stage)]);
                if (total > 0)
                {
                    measurements.Add(new Measurement<long>(total, Tag(InstrumentNames.ProblemTag, TagValues.Of(problem)), Tag(InstrumentNames.StageTag, TagValues.Of(stage))));
                }
            }
        }

        return measurements;
    }

    private List<Measurement<long>> ReadErrors() =>
        [.. _errors.Totals.Select(static pair => new Measurement<long>(pair.Value, Tag(InstrumentNames.ComponentTag, pair.Key)))];

    private List<Measurement<T>> Contained<T>(string name, Func<List<Measurement<T>>> read)
        where T : struct
    {
        if (_source is null)
        {
            return [];
        }

        try
        {
            return read();
        }
        catch (Exception exception)
        {
            // A throwing callback would reach the collector as an AggregateException.
            _errors.Report(name, exception);
            return [];
        }
    }

    private static int IndexOf(MemoryProblem problem, AlertStage stage) => ((int)problem * StageCount) + (int)stage;

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
