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

    // What is disposed takes its counts with it; a falling counter would be read as a restart of the process.
    [Fact]
    public void Get_OneOfTwoIsGone_TotalsDoNotFall()
    {
        List<BoundedStructureUsage> alive = [Counted(hits: 100), Counted(hits: 30)];
        StructureReadings readings = new(() => [.. alive], _time);
        Assert.Equal(130, readings.Get(0)[0].TotalHits);

        alive.RemoveAt(0);
        long? afterwards = readings.Get(0)[0].TotalHits;
        alive[0] = Counted(hits: 35);

        Assert.Equal((130, 135), (afterwards, readings.Get(0)[0].TotalHits));
    }

    [Fact]
    public void Get_NameWasGoneForAScrape_GoesOnFromThere()
    {
        List<BoundedStructureUsage> alive = [Counted(hits: 100)];
        StructureReadings readings = new(() => [.. alive], _time);
        readings.Get(0);
        alive.Clear();
        Assert.Empty(readings.Get(0));

        alive.Add(Counted(hits: 3));

        Assert.Equal(103, readings.Get(0)[0].TotalHits);
    }

    private static BoundedStructureUsage Counted(long hits) => new() { Name = "a", Kind = StructureKind.Cache, Count = 1, TotalHits = hits };

    private IReadOnlyList<BoundedStructureUsage> Read() => [new() { Name = "a", Kind = StructureKind.Cache, Count = ++_reads }];
}
