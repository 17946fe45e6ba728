using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Faults;
using MemGuard.Lifetimes;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Tests.Alerts;
using MemGuard.Triage;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Tests.Telemetry;

public sealed class InstrumentsTests : IDisposable
{
    private readonly Source _source = new();
    private readonly Meter _meter;
    private readonly MeterScope _scope;
    private readonly OwnInstruments _own;

    public InstrumentsTests()
    {
        using OneMeter factory = new();
        InternalFaults faults = new(NullLogger.Instance, TimeProvider.System);
        _scope = new MeterScope(factory, _source, faults);
        MemoryInstruments.Create(_scope);
        _own = new OwnInstruments(_scope, faults);
        _ = new StructureInstruments(_scope, new StructureReadings(BoundedStructures.GetUsage, TimeProvider.System));
        _meter = factory.Meter;
    }

    public void Dispose()
    {
        _scope.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Read_KnownAndUnknownSizes_PublishesOnlyTheKnown()
    {
        _source.Latest = new MemorySample { Gen2LiveBytes = 42, HeapLimitBytes = 100, HeapSizeBytes = 50 };

        Assert.Equal(42, Assert.Single(Read<long>(InstrumentNames.HeapLive)).Value);
        Assert.Equal(0.5, Assert.Single(Read<double>(InstrumentNames.HeapLimitUtilization)).Value);
        Assert.Empty(Read<long>(InstrumentNames.Unmanaged));
    }

    [Fact]
    public void Read_Ledger_AddsUpToTheWorkingSet()
    {
        MemoryLedger ledger = new() { GCHeapBytes = 1, NativeAllocatedBytes = 2, NativeFreeBytes = 4, OtherAnonymousBytes = 8, SharedMemoryBytes = 16, FileBytes = 32 };
        _source.Latest = new MemorySample { Ledger = ledger };

        IReadOnlyList<CollectedMeasurement<long>> kinds = Read<long>(InstrumentNames.Resident);

        Assert.Equal(6, kinds.Select(static kind => kind.Tags[InstrumentNames.KindTag]).Distinct().Count());
        Assert.Equal(ledger.WorkingSetBytes, kinds.Sum(static kind => kind.Value));
    }

    [Fact]
    public void Read_StallOfASample_IsPublishedInSeconds()
    {
        _source.Latest = new MemorySample { MemoryStallDuration = TimeSpan.FromMilliseconds(1500) };

        Assert.Equal(1.5, Assert.Single(Read<double>(InstrumentNames.MemoryStall)).Value);
    }

    [Fact]
    public void Read_RowsOfARecording_ArePublishedWhereSomethingIsRecorded()
    {
        Assert.Empty(Read<long>(InstrumentNames.RecordedRows));
        _source.RecordedRows = (70, 3);

        Assert.Equal(70, Assert.Single(Read<long>(InstrumentNames.RecordedRows)).Value);
        Assert.Equal(3, Assert.Single(Read<long>(InstrumentNames.DroppedRows)).Value);
    }

    [Fact]
    public void Read_BeforeTheFirstSample_PublishesNoSizes() => Assert.Empty(Read<long>(InstrumentNames.HeapCurrent));

    [Fact]
    public void Read_AlertsCountedBefore_CarryProblemAndStage()
    {
        _own.CountAlert(new MemoryAlert { Stage = AlertStage.Confirmed, Problem = MemoryProblem.GCThrash, Message = "", Diagnosis = Diagnoses.Confirmed });
        _own.CountAlert(new MemoryAlert { Stage = AlertStage.Confirmed, Problem = MemoryProblem.GCThrash, Message = "", Diagnosis = Diagnoses.Confirmed });

        CollectedMeasurement<long> alerts = Assert.Single(Read<long>(InstrumentNames.Alerts));

        Assert.Equal(2, alerts.Value);
        Assert.True(alerts.MatchesTags(Tag(InstrumentNames.ProblemTag, "gc_thrash"), Tag(InstrumentNames.StageTag, "confirmed")));
    }

    [Fact]
    public void Read_SourceThrows_IsCountedAndTheOthersAreRead()
    {
        _source.Throws = true;

        HashSet<string> read = ReadAll();

        Assert.Contains(InstrumentNames.InternalErrors, read);
        Assert.True(Assert.Single(Read<long>(InstrumentNames.InternalErrors), static errors => errors.ContainsTags(Tag(InstrumentNames.ComponentTag, InstrumentNames.HeapLive))).Value > 0);
    }

    [Fact]
    public void Read_AfterDispose_PublishesNothing()
    {
        _source.Latest = new MemorySample { Gen2LiveBytes = 42 };
        Assert.NotEmpty(ReadAll());

        _scope.Dispose();

        Assert.Empty(ReadAll());
    }

    [Fact]
    public void Read_RegisteredStructure_IsPublishedByNameAndKind()
    {
        Structure structure = new();
        BoundedStructures.Register(structure, "metrics-test");

        CollectedMeasurement<long> count = Assert.Single(ReadOf("metrics-test", InstrumentNames.BoundedCount));

        Assert.Equal(7, count.Value);
        Assert.True(count.MatchesTags(Tag(InstrumentNames.StructureNameTag, "metrics-test"), Tag(InstrumentNames.StructureKindTag, "cache")));
        GC.KeepAlive(structure);
    }

    [Fact]
    public void Read_TwoStructuresOfOneName_AreOneMeasurement()
    {
        string name = $"metrics-{Guid.NewGuid()}";
        using BoundedQueue<int> first = new(new BoundedQueueOptions<int> { Name = name, Capacity = 10 });
        using BoundedQueue<int> second = new(new BoundedQueueOptions<int> { Name = name, Capacity = 20 });
        first.TryEnqueue(1);
        second.TryEnqueue(2);

        Assert.Equal(2, Assert.Single(ReadOf(name, InstrumentNames.BoundedCount)).Value);
        Assert.Equal(30, Assert.Single(ReadOf(name, InstrumentNames.BoundedCapacity)).Value);
    }

    [Fact]
    public async Task Read_OneOfEachStructure_IsPublishedByItsNameAndKind()
    {
        string name = $"metrics-{Guid.NewGuid()}";
        using BoundedCache<int, int> cache = new(new() { Name = name, Capacity = 10 });
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = name, Capacity = 10 });
        BoundedPipeWriter writer = new Pipe().Writer.LimitUnflushed(new BoundedPipeWriterOptions { Name = name });
        InFlightTasks tasks = new(new InFlightTasksOptions { Name = name, Capacity = 10 });
        GuardedEvent<int> changed = new(name);
        using GuardedTimer timer = GuardedTimer.Start(this, TimeSpan.FromHours(1), static _ => { }, file: name);
        await Batch.ForEachAsync([1, 2, 3], new BatchOptions<int> { Name = name }, static (_, _) => default);

        string[] kinds = [.. ReadOf(name, InstrumentNames.BoundedCount).Select(static measurement => (string)measurement.Tags[InstrumentNames.StructureKindTag]!).Order(StringComparer.Ordinal)];
        Assert.Equal(["batch", "cache", "event", "in_flight_tasks", "pipe_writer", "queue", "timer"], kinds);
        GC.KeepAlive(writer);
        GC.KeepAlive(tasks);
        GC.KeepAlive(changed);
    }

    /// <summary>Reads all instruments in one go, as an exporter does; a <see cref="MetricCollector{T}"/> knows only one.</summary>
    /// <returns>The names of those that published something.</returns>
    private HashSet<string> ReadAll()
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

    private IReadOnlyList<CollectedMeasurement<T>> Read<T>(string instrument)
        where T : struct
    {
        using MetricCollector<T> collector = new(_meter, instrument);
        collector.RecordObservableInstruments();
        return collector.GetMeasurementSnapshot();
    }

    private IEnumerable<CollectedMeasurement<long>> ReadOf(string structure, string instrument) =>
        Read<long>(instrument).Where(measurement => ((string)measurement.Tags[InstrumentNames.StructureNameTag]!).StartsWith(structure, StringComparison.Ordinal));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private sealed class Source : IMetricSource
    {
        private MemorySample? _latest;

        public bool Throws { get; set; }

        public MemorySample? Latest
        {
            get => Throws ? throw new InvalidOperationException("broken") : _latest;
            set => _latest = value;
        }

        public long ConfirmingCollections => Throws ? throw new InvalidOperationException("broken") : 0;

        public TimeSpan SampleDuration => Throws ? throw new InvalidOperationException("broken") : TimeSpan.Zero;

        public TimeSpan SampleLateness => Throws ? throw new InvalidOperationException("broken") : TimeSpan.Zero;

        public (long Written, long Dropped)? RecordedRows { get; set; }

        public PreviousRun? PreviousRun => new() { End = PreviousRunEnd.KilledForMemory, Message = "killed" };
    }

    private sealed class Structure : IBoundedStructure
    {
        public BoundedStructureUsage GetUsage() => new() { Name = "metrics-test", Kind = StructureKind.Cache, Count = 7 };
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
