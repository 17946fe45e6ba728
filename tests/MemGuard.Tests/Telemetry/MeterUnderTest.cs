using System.Diagnostics.Metrics;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Triage;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Tests.Telemetry;

/// <summary>The whole meter over a source that a test sets.</summary>
internal sealed class MeterUnderTest : IDisposable
{
    private readonly Meter _meter;

    public MeterUnderTest()
    {
        using OneMeter factory = new();
        Faults = new InternalFaults(NullLogger.Instance, TimeProvider.System);
        Scope = new MeterScope(factory, Source, Faults, new PublishingTurns());
        Scope.Start();
        MemoryInstruments.Create(Scope);
        _ = new ContainerInstruments(Scope);
        ProblemInstruments.Create(Scope, Suspects);
        Own = new OwnInstruments(Scope, Faults);
        CostInstruments.Create(Scope, Costs);
        _ = new StructureInstruments(Scope, new StructureReadings(BoundedStructures.GetUsage, TimeProvider.System));
        _meter = factory.Meter;
    }

    public FakeSource Source { get; } = new();

    public InternalFaults Faults { get; }

    public OwnCosts Costs { get; } = new();

    public MeterScope Scope { get; }

    public OwnInstruments Own { get; }

    public KnownSuspects Suspects { get; } = new(isWanted: true, new SuspectAllowance());

    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    public void Dispose()
    {
        Scope.Dispose();
        _meter.Dispose();
    }

    /// <summary>Reads all instruments in one go, as an exporter does; a <see cref="MetricCollector{T}"/> knows only one.</summary>
    /// <returns>The names of those that published something.</returns>
    public HashSet<string> ReadAll()
    {
        HashSet<string> read = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => read.Add(instrument.Name));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => read.Add(instrument.Name));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
    }

    public IReadOnlyList<CollectedMeasurement<T>> Read<T>(string instrument)
        where T : struct
    {
        using MetricCollector<T> collector = new(_meter, instrument);
        collector.RecordObservableInstruments();
        return collector.GetMeasurementSnapshot();
    }

    public IEnumerable<CollectedMeasurement<long>> ReadOf(string structure, string instrument) =>
        Read<long>(instrument).Where(measurement => ((string)measurement.Tags[InstrumentNames.StructureNameTag]!).StartsWith(structure, StringComparison.Ordinal));

    internal sealed class FakeSource : IMetricSource
    {
        private MemorySample? _latest;

        public bool Throws { get; set; }

        public MemorySample? Latest
        {
            get => Throws ? throw new InvalidOperationException("broken") : _latest;
            set => _latest = value;
        }

        public ContainerDetails? Container { get; set; }

        public long? ConfiguredLimitBytes { get; set; }

        public IReadOnlyList<MemoryDiagnosis> OpenProblems { get; set; } = [];

        public long ConfirmingCollections => Throws ? throw new InvalidOperationException("broken") : 0;

        public TimeSpan SampleDuration => Throws ? throw new InvalidOperationException("broken") : TimeSpan.Zero;

        public TimeSpan SampleLateness => Throws ? throw new InvalidOperationException("broken") : TimeSpan.Zero;

        public CostTier Tier { get; set; }

        public IReadOnlyList<(string Holder, long Bytes)> HeldBytes { get; set; } = [];

        public (long Written, long Dropped)? RecordedRows { get; set; }

        public PreviousRun? PreviousRun => new() { End = PreviousRunEnd.KilledForMemory, Message = "killed" };
    }

    private sealed class OneMeter : IMeterFactory
    {
        public Meter Meter { get; private set; } = null!;

        public Meter Create(MeterOptions options) => Meter = new Meter(options);

        public void Dispose()
        {
        }
    }
}
