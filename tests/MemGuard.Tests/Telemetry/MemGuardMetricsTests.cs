using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Faults;
using MemGuard.Lifetimes;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Tests.Alerts;
using MemGuard.Tests.Support;
using MemGuard.Triage;

namespace MemGuard.Tests.Telemetry;

public sealed class MemGuardMetricsTests : IDisposable
{
    private readonly Source _source = new();
    private readonly RecordingLogger _logger = new();
    private readonly InternalFaults _faults;
    private readonly MemGuardMetrics _metrics;
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _read = [];

    public MemGuardMetricsTests()
    {
        _faults = new InternalFaults(_logger, TimeProvider.System);
        using OneMeter factory = new();
        _metrics = new MemGuardMetrics(factory, _source, _faults);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, factory.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _read.Add((instrument.Name, value, ToDictionary(tags))));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _read.Add((instrument.Name, value, ToDictionary(tags))));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public void Read_KnownAndUnknownSizes_PublishesOnlyTheKnown()
    {
        _source.Latest = new MemorySample { Gen2LiveBytes = 42, HeapLimitBytes = 100, HeapSizeBytes = 50 };

        _listener.RecordObservableInstruments();

        Assert.Equal(42, ValueOf(InstrumentNames.HeapLive));
        Assert.Equal(0.5, ValueOf(InstrumentNames.HeapLimitUtilization));
        Assert.DoesNotContain(_read, static measurement => measurement.Name == InstrumentNames.Unmanaged);
    }

    [Fact]
    public void Read_Ledger_AddsUpToTheWorkingSet()
    {
        MemoryLedger ledger = new() { GCHeapBytes = 1, NativeAllocatedBytes = 2, NativeFreeBytes = 4, OtherAnonymousBytes = 8, SharedMemoryBytes = 16, FileBytes = 32 };
        _source.Latest = new MemorySample { Ledger = ledger };

        _listener.RecordObservableInstruments();

        (string Name, double Value, Dictionary<string, object?> Tags)[] kinds = [.. _read.Where(static measurement => measurement.Name == InstrumentNames.Resident)];
        Assert.Equal(6, kinds.Select(static kind => kind.Tags[InstrumentNames.KindTag]).Distinct().Count());
        Assert.Equal(ledger.WorkingSetBytes, kinds.Sum(static kind => kind.Value));
    }

    [Fact]
    public void Read_BeforeTheFirstSample_PublishesNoSizes()
    {
        _listener.RecordObservableInstruments();

        Assert.DoesNotContain(_read, static measurement => measurement.Name == InstrumentNames.HeapCurrent);
    }

    [Fact]
    public void Read_AlertsCountedBefore_CarryProblemAndStage()
    {
        _metrics.CountAlert(new MemoryAlert(AlertStage.Confirmed, MemoryProblem.GCThrash, "", Diagnoses.Confirmed, []));
        _metrics.CountAlert(new MemoryAlert(AlertStage.Confirmed, MemoryProblem.GCThrash, "", Diagnoses.Confirmed, []));

        _listener.RecordObservableInstruments();

        (_, double value, Dictionary<string, object?> tags) = Assert.Single(_read, static measurement => measurement.Name == InstrumentNames.Alerts);
        Assert.Equal(2, value);
        Assert.Equal(("gc_thrash", "confirmed"), (tags[InstrumentNames.ProblemTag], tags[InstrumentNames.StageTag]));
    }

    [Fact]
    public void Read_SourceThrows_IsCountedAndTheOthersAreRead()
    {
        _source.Throws = true;

        _listener.RecordObservableInstruments();

        Assert.Contains(_read, static measurement => measurement.Name == InstrumentNames.InternalErrors && measurement.Value > 0);
    }

    [Fact]
    public void Read_AfterDispose_PublishesNothing()
    {
        _source.Latest = new MemorySample { Gen2LiveBytes = 42 };
        _metrics.Dispose();

        _listener.RecordObservableInstruments();

        Assert.Empty(_read);
    }

    [Fact]
    public void Read_RegisteredStructure_IsPublishedByNameAndKind()
    {
        Structure structure = new();
        BoundedStructures.Register(structure, "metrics-test");

        _listener.RecordObservableInstruments();

        Assert.Contains(_read, static measurement => measurement.Name == InstrumentNames.BoundedCount && measurement.Value == 7
            && Equals(measurement.Tags[InstrumentNames.StructureNameTag], "metrics-test") && Equals(measurement.Tags[InstrumentNames.StructureKindTag], "cache"));
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

        _listener.RecordObservableInstruments();

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

        _listener.RecordObservableInstruments();

        string[] kinds = [.. ReadOf(name, InstrumentNames.BoundedCount).Select(static measurement => (string)measurement.Tags[InstrumentNames.StructureKindTag]!).Order(StringComparer.Ordinal)];
        Assert.Equal(["batch", "cache", "event", "in_flight_tasks", "pipe_writer", "queue", "timer"], kinds);
        GC.KeepAlive(writer);
        GC.KeepAlive(tasks);
        GC.KeepAlive(changed);
    }

    private (string Name, double Value, Dictionary<string, object?> Tags)[] ReadOf(string structure, string instrument) =>
        [.. _read.Where(measurement => measurement.Name == instrument && ((string)measurement.Tags[InstrumentNames.StructureNameTag]!).StartsWith(structure, StringComparison.Ordinal))];

    private double ValueOf(string name) => Assert.Single(_read, measurement => measurement.Name == name).Value;

    private static Dictionary<string, object?> ToDictionary(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(tags.ToArray());

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
    }

    private sealed class Structure : IBoundedStructure
    {
        public BoundedStructureUsage GetUsage() => new("metrics-test", "cache", 7);

        public void OnPressure(double ratio)
        {
        }
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
