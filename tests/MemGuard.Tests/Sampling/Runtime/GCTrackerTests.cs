using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class GCTrackerTests
{
    private const long MB = 1 << 20;

    private readonly FakeGCCounters _counters = new();
    private readonly GCTracker _tracker;

    public GCTrackerTests() => _tracker = new GCTracker(_counters);

    [Fact]
    public void Update_FirstCollectionPending_KnowsNothing()
    {
        _tracker.Update(refresh: false);

        Assert.Equal(0, _tracker.Any.Index);
        Assert.Null(_tracker.Full);
    }

    [Fact]
    public void Update_NoCounterMoved_ReadsNoRecord()
    {
        _tracker.Update(refresh: false);
        int before = _counters.ReadCount;

        _tracker.Update(refresh: false);

        Assert.Equal(before, _counters.ReadCount);
    }

    [Fact]
    public void Update_EphemeralCollection_ReadsOneRecord()
    {
        _tracker.Update(refresh: false);
        int before = _counters.ReadCount;
        _counters.Counts[0] = 1;
        _counters.Any = FakeGCCounters.Record(1, 10 * MB, generation: 0);

        _tracker.Update(refresh: false);

        Assert.Equal(1, _counters.ReadCount - before);
        Assert.Equal(10 * MB, _tracker.Any.HeapSizeBytes);
        Assert.Null(_tracker.Full);
    }

    [Fact]
    public void Update_BackgroundReportsLater_ReadsUntilItDoes()
    {
        Count(all: 1, gen2: 1);
        _tracker.Update(refresh: false);
        Assert.Null(_tracker.Full);

        _counters.Background = FakeGCCounters.Record(1, 80 * MB, concurrent: true, fragmented: 5 * MB);
        _tracker.Update(refresh: false);
        Assert.Equal(75 * MB, _tracker.Full?.LiveBytes);

        int before = _counters.ReadCount;
        _tracker.Update(refresh: false);
        Assert.Equal(before, _counters.ReadCount);
    }

    [Fact]
    public void Update_AnyIndexGoesBackwards_IsTakenAndFullAdvances()
    {
        Count(all: 3, gen2: 1);
        _counters.Any = FakeGCCounters.Record(3, 90 * MB, generation: 0);
        _tracker.Update(refresh: false);

        _counters.Background = FakeGCCounters.Record(1, 80 * MB, concurrent: true);
        _counters.Any = _counters.Background;
        _tracker.Update(refresh: false);

        Assert.Equal(1, _tracker.Any.Index);
        Assert.Equal(1, _tracker.Full?.Index);
    }

    [Fact]
    public void Update_FullIndexGoesBackwards_KeepsTheNewer()
    {
        Count(all: 9, gen2: 2);
        _counters.FullBlocking = FakeGCCounters.Record(9, 100 * MB);
        _tracker.Update(refresh: false);

        _counters.FullBlocking = FakeGCCounters.Record(4, 50 * MB);
        _tracker.Update(refresh: true);

        Assert.Equal(9, _tracker.Full?.Index);
    }

    [Fact]
    public void Update_StaleBackgroundRecords_AreNeverTaken()
    {
        Count(all: 1, gen2: 1);
        _counters.Background = FakeGCCounters.Record(1, 80 * MB, concurrent: true);
        _tracker.Update(refresh: false);

        // Four later collections report nothing but a new index over the sizes of the first.
        for (int i = 2; i <= 5; i++)
        {
            Count(all: i, gen2: i);
            _counters.Background = _counters.Background with { Index = i };
            _tracker.Update(refresh: false);
        }

        Assert.Equal(1, _tracker.Full?.Index);

        // Still waiting: it reads though no counter moved.
        int before = _counters.ReadCount;
        _tracker.Update(refresh: false);
        Assert.NotEqual(before, _counters.ReadCount);
    }

    [Fact]
    public void Update_CountedCollectionNeverReports_StopsReadingAndTheRefreshStillFindsIt()
    {
        Count(all: 1, gen2: 1);
        for (int i = 0; i < 500; i++)
        {
            _tracker.Update(refresh: false);
        }

        int before = _counters.ReadCount;
        _tracker.Update(refresh: false);
        Assert.Equal(before, _counters.ReadCount);

        _counters.Background = FakeGCCounters.Record(1, 80 * MB, concurrent: true);
        _tracker.Update(refresh: true);
        Assert.Equal(1, _tracker.Full?.Index);
    }

    [Fact]
    public void Update_SeveralFullCollectionsAtOnce_WaitsForTheLast()
    {
        Count(all: 2, gen2: 2);
        _counters.FullBlocking = FakeGCCounters.Record(1, 100 * MB);
        _tracker.Update(refresh: false);
        Assert.Equal(1, _tracker.Full?.Index);

        _counters.Background = FakeGCCounters.Record(2, 80 * MB, concurrent: true);
        _tracker.Update(refresh: false);

        Assert.Equal(2, _tracker.Full?.Index);
    }

    private void Count(int all, int gen2)
    {
        _counters.Counts[0] = all;
        _counters.Counts[2] = gen2;
    }
}
