using System.IO.Pipelines;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Lifetimes;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Tests.Alerts;
using MemGuard.Triage;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static MemGuard.Tests.Telemetry.MeterUnderTest;

namespace MemGuard.Tests.Telemetry;

public sealed class InstrumentsTests : IDisposable
{
    private readonly MeterUnderTest _meter = new();

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Read_KnownAndUnknownSizes_PublishesOnlyTheKnown()
    {
        _meter.Source.Latest = new MemorySample { Gen2LiveBytes = 42, HeapLimitBytes = 100, HeapSizeBytes = 50 };

        Assert.Equal(42, Assert.Single(_meter.Read<long>(InstrumentNames.HeapLive)).Value);
        Assert.Equal(0.5, Assert.Single(_meter.Read<double>(InstrumentNames.HeapLimitUtilization)).Value);
        Assert.Empty(_meter.Read<long>(InstrumentNames.Unmanaged));
    }

    [Fact]
    public void Read_Ledger_AddsUpToTheWorkingSet()
    {
        MemoryLedger ledger = new() { GCHeapBytes = 1, NativeAllocatedBytes = 2, NativeFreeBytes = 4, OtherAnonymousBytes = 8, SharedMemoryBytes = 16, FileBytes = 32 };
        _meter.Source.Latest = new MemorySample { Ledger = ledger };

        IReadOnlyList<CollectedMeasurement<long>> kinds = _meter.Read<long>(InstrumentNames.Resident);

        Assert.Equal(6, kinds.Select(static kind => kind.Tags[InstrumentNames.KindTag]).Distinct().Count());
        Assert.Equal(ledger.WorkingSetBytes, kinds.Sum(static kind => kind.Value));
    }

    [Fact]
    public void Read_StallOfASample_IsPublishedInSeconds()
    {
        _meter.Source.Latest = new MemorySample { MemoryStallDuration = TimeSpan.FromMilliseconds(1500) };

        Assert.Equal(1.5, Assert.Single(_meter.Read<double>(InstrumentNames.MemoryStall)).Value);
    }

    [Fact]
    public void Read_RowsOfARecording_ArePublishedWhereSomethingIsRecorded()
    {
        Assert.Empty(_meter.Read<long>(InstrumentNames.RecordedRows));
        _meter.Source.RecordedRows = (70, 3);

        Assert.Equal(70, Assert.Single(_meter.Read<long>(InstrumentNames.RecordedRows)).Value);
        Assert.Equal(3, Assert.Single(_meter.Read<long>(InstrumentNames.DroppedRows)).Value);
    }

    [Fact]
    public void Read_BeforeTheFirstSample_PublishesNoSizes() => Assert.Empty(_meter.Read<long>(InstrumentNames.HeapCurrent));

    [Fact]
    public void Read_AlertsCountedBefore_CarryProblemAndStage()
    {
        _meter.Own.CountAlert(new MemoryAlert { Stage = AlertStage.Confirmed, Problem = MemoryProblem.GCThrash, Message = "", Diagnosis = Diagnoses.Confirmed });
        _meter.Own.CountAlert(new MemoryAlert { Stage = AlertStage.Confirmed, Problem = MemoryProblem.GCThrash, Message = "", Diagnosis = Diagnoses.Confirmed });

        CollectedMeasurement<long> alerts = Assert.Single(_meter.Read<long>(InstrumentNames.Alerts), static alerts => alerts.Value > 0);

        Assert.Equal(2, alerts.Value);
        Assert.True(alerts.MatchesTags(Tag(InstrumentNames.ProblemTag, "gc_thrash"), Tag(InstrumentNames.StageTag, "confirmed")));
    }

    [Fact]
    public void Read_SourceThrows_IsCountedAndTheOthersAreRead()
    {
        _meter.Source.Throws = true;

        HashSet<string> read = _meter.ReadAll();

        Assert.Contains(InstrumentNames.InternalErrors, read);
        Assert.True(Assert.Single(_meter.Read<long>(InstrumentNames.InternalErrors), static errors => errors.ContainsTags(Tag(InstrumentNames.ComponentTag, "metrics"))).Value > 0);
    }

    [Fact]
    public void Read_PartThatKeepsFailing_IsCountedByComponentBesideZeros()
    {
        for (int i = 0; i < 5; i++)
        {
            _meter.Faults.RunPart("judging the limits", 0, static _ => throw new InvalidOperationException("broken"));
        }

        foreach (string name in new[] { InstrumentNames.SwitchedOff, InstrumentNames.SwitchOffs })
        {
            IReadOnlyList<CollectedMeasurement<long>> parts = _meter.Read<long>(name);
            Assert.Equal(FaultComponents.All.Count, parts.Count);
            Assert.All(parts, static part => Assert.Equal(part.ContainsTags(Tag(InstrumentNames.ComponentTag, "limits")) ? 1 : 0, part.Value));
        }
    }

    [Fact]
    public void Read_AfterDispose_PublishesNothing()
    {
        _meter.Source.Latest = new MemorySample { Gen2LiveBytes = 42 };
        Assert.NotEmpty(_meter.ReadAll());

        _meter.Scope.Dispose();

        Assert.Empty(_meter.ReadAll());
    }

    [Fact]
    public void Read_RegisteredStructure_IsPublishedByNameAndKind()
    {
        Structure structure = new();
        BoundedStructures.Register(structure, "metrics-test");

        CollectedMeasurement<long> count = Assert.Single(_meter.ReadOf("metrics-test", InstrumentNames.BoundedItems));

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

        Assert.Equal(2, Assert.Single(_meter.ReadOf(name, InstrumentNames.BoundedItems)).Value);
        Assert.Equal(30, Assert.Single(_meter.ReadOf(name, InstrumentNames.BoundedCapacity)).Value);
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

        string[] kinds = [.. _meter.ReadOf(name, InstrumentNames.BoundedItems).Select(static measurement => (string)measurement.Tags[InstrumentNames.StructureKindTag]!).Order(StringComparer.Ordinal)];
        Assert.Equal(["batch", "cache", "event", "in_flight_tasks", "pipe_writer", "queue", "timer"], kinds);
        GC.KeepAlive(writer);
        GC.KeepAlive(tasks);
        GC.KeepAlive(changed);
    }

    private sealed class Structure : IBoundedStructure
    {
        public BoundedStructureUsage GetUsage() => new() { Name = "metrics-test", Kind = StructureKind.Cache, Count = 7 };
    }
}
