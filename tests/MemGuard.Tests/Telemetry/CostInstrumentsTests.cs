using MemGuard.Costs;
using MemGuard.Telemetry;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static MemGuard.Tests.Telemetry.MeterUnderTest;

namespace MemGuard.Tests.Telemetry;

public sealed class CostInstrumentsTests : IDisposable
{
    private readonly MeterUnderTest _meter = new();

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Read_BeforeAnythingHappened_EveryCounterIsThereWithZero()
    {
        Assert.Equal([0L, 0, 0, 0, 0], _meter.Read<long>(InstrumentNames.CostAllocated).Select(static measurement => measurement.Value));
        Assert.Equal([0.0, 0, 0, 0], _meter.Read<double>(InstrumentNames.CostPause).Select(static measurement => measurement.Value));
        Assert.Equal([0L, 0, 0], _meter.Read<long>(InstrumentNames.CostOperations).Select(static measurement => measurement.Value));
    }

    [Fact]
    public void Read_ProcessorTime_IsInSecondsByComponentWhereItIsKnown()
    {
        _meter.Costs.AddWork(CostPart.Sampling, TimeSpan.FromMilliseconds(1500), 0);

        IReadOnlyList<CollectedMeasurement<double>> times = _meter.Read<double>(InstrumentNames.CostProcessorTime);

        Assert.Equal(ThreadClock.IsKnown ? 5 : 0, times.Count);
        Assert.All(times, static time => Assert.Equal(time.ContainsTags(Tag(InstrumentNames.ComponentTag, "sampling")) ? 1.5 : 0, time.Value));
    }

    [Fact]
    public void Read_DirectoryNobodyHasLookedAt_IsAbsentNotZero()
    {
        _meter.Costs.AddDisk(CostPart.BlackBox, 16_384, 1);

        IReadOnlyList<CollectedMeasurement<long>> bytes = _meter.Read<long>(InstrumentNames.CostDisk);

        Assert.Equal([("recording", 0L), ("black_box", 16_384)], bytes.Select(static use => ((string)use.Tags[InstrumentNames.ComponentTag]!, use.Value)));
        Assert.Equal([0L, 1], _meter.Read<long>(InstrumentNames.CostFiles).Select(static use => use.Value));
    }

    [Fact]
    public void Read_Operations_CarryTheirPauseAndConfirmationsAreCountedElsewhere()
    {
        _meter.Costs.AddOperation(CostOperation.HeapSnapshot, TimeSpan.FromMilliseconds(250));
        _meter.Costs.AddOperation(CostOperation.ConfirmingCollection, TimeSpan.FromMilliseconds(4));

        CollectedMeasurement<long> operation = Assert.Single(_meter.Read<long>(InstrumentNames.CostOperations), static operation => operation.Value == 1);

        Assert.True(operation.MatchesTags(Tag(InstrumentNames.OperationTag, "heap_snapshot")));
        Assert.Equal([0.004, 0, 0.25, 0], _meter.Read<double>(InstrumentNames.CostPause).Select(static pause => pause.Value));
    }

    [Fact]
    public void Read_Tier_IsItsNumber()
    {
        _meter.Source.Tier = CostTier.FewerSamples;

        Assert.Equal(2, Assert.Single(_meter.Read<long>(InstrumentNames.CostTier)).Value);
    }

    [Fact]
    public void Read_HeldBytes_AreThoseOfTheSource()
    {
        _meter.Source.HeldBytes = [("history", 1000), ("pipeline", 20)];

        Assert.Equal([1000L, 20], _meter.Read<long>(InstrumentNames.CostHeld).Select(static held => held.Value));
    }
}
