using MemGuard.Bounded;
using MemGuard.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Telemetry;

public sealed class StructureReadingsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StructureReadings _readings;
    private int _reads;

    public StructureReadingsTests() => _readings = new StructureReadings(Read, _time);

    [Fact]
    public void Get_EveryInstrumentOfAScrape_ReadsOnce()
    {
        for (int scrape = 0; scrape < 3; scrape++)
        {
            for (int instrument = 0; instrument < 7; instrument++)
            {
                _readings.Get(instrument);
            }
        }

        Assert.Equal(3, _reads);
    }

    [Fact]
    public void Get_SameInstrumentAgain_ReadsAnew()
    {
        long first = _readings.Get(0)[0].Count;

        Assert.NotEqual(first, _readings.Get(0)[0].Count);
    }

    [Fact]
    public void Get_OtherInstrumentLongAfter_ReadsAnew()
    {
        long first = _readings.Get(0)[0].Count;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotEqual(first, _readings.Get(1)[0].Count);
    }

    [Fact]
    public void Get_TwoOfOneName_AreAddedUp()
    {
        BoundedStructureUsage usage = Assert.Single(new StructureReadings(
            static () =>
            [
                new() { Name = "a", Kind = StructureKind.Queue, Count = 1, Capacity = 10, OldestAge = TimeSpan.FromSeconds(3) },
                new() { Name = "a", Kind = StructureKind.Queue, Count = 2, TotalEvictions = 4, OldestAge = TimeSpan.FromSeconds(5) },
            ],
            _time).Get(0));

        Assert.Equal((3, 10, 4, TimeSpan.FromSeconds(5)), (usage.Count, usage.Capacity, usage.TotalEvictions, usage.OldestAge));
    }

    private IReadOnlyList<BoundedStructureUsage> Read() => [new() { Name = "a", Kind = StructureKind.Cache, Count = ++_reads }];
}
