namespace MemGuard.Bounded.Tests.Queues;

public sealed class QueueAgeTests
{
    private readonly QueueAge _age = new(TimeProvider.System, static _ => true);

    [Fact]
    public void GetOldestAge_NothingQueued_IsNone()
    {
        Assert.Null(_age.GetOldestAgeUnsynchronized(1000, added: 0, removed: 0));
        Assert.Null(_age.GetOldestAgeUnsynchronized(1000, added: 5, removed: 5));
        Assert.Equal(TimeSpan.FromSeconds(1), _age.TickPeriod);
    }

    [Fact]
    public void GetOldestAge_ItemsOfSeveralTicks_IsThatOfTheFirstNoteThatCountsItIn()
    {
        Assert.Equal(TimeSpan.Zero, _age.GetOldestAgeUnsynchronized(500, added: 2, removed: 0));
        _age.TickUnsynchronized(1000, added: 2, removed: 0);
        _age.TickUnsynchronized(2000, added: 2, removed: 0);
        _age.TickUnsynchronized(3000, added: 5, removed: 0);

        Assert.Equal(TimeSpan.FromMilliseconds(2500), _age.GetOldestAgeUnsynchronized(3500, added: 6, removed: 0));
        Assert.Equal(TimeSpan.FromMilliseconds(2500), _age.GetOldestAgeUnsynchronized(3500, added: 6, removed: 1));
        Assert.Equal(TimeSpan.FromMilliseconds(500), _age.GetOldestAgeUnsynchronized(3500, added: 6, removed: 2));
        Assert.Equal(TimeSpan.FromMilliseconds(500), _age.GetOldestAgeUnsynchronized(3500, added: 6, removed: 4));
        Assert.Equal(TimeSpan.Zero, _age.GetOldestAgeUnsynchronized(3500, added: 6, removed: 5));
        Assert.Equal(TimeSpan.Zero, _age.GetOldestAgeUnsynchronized(900, added: 6, removed: 0));
    }

    [Fact]
    public void Tick_TenIdleOnes_EndTheTicksUntilTheNextStart()
    {
        _age.AnnounceStartUnsynchronized();
        Assert.True(_age.IsTicking);
        bool[] goesOn = [.. Enumerable.Range(0, 11).Select(i => _age.TickUnsynchronized(1000 * i, added: 3, removed: 3))];

        // The first finds three that are new.
        Assert.Equal(Enumerable.Repeat(true, 10).Append(false), goesOn);
        Assert.False(_age.IsTicking);
        _age.AnnounceStartUnsynchronized();
        Assert.True(_age.TickUnsynchronized(20_000, added: 3, removed: 3));
    }

    [Fact]
    public void Tick_SomethingHappensNowAndThen_GoesOn()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_age.TickUnsynchronized(1000 * i, added: i / 9, removed: i / 9));
        }
    }

    [Fact]
    public void Tick_ItemsStay_IsNeverIdle()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_age.TickUnsynchronized(1000 * i, added: 1, removed: 0));
        }

        Assert.Equal(TimeSpan.FromSeconds(99), _age.GetOldestAgeUnsynchronized(99_000, added: 1, removed: 0));
    }

    [Fact]
    public void Tick_MoreNotesThanAreKept_KnowsTheFirstAndMakesNoItemOlderThanItIs()
    {
        for (int second = 1; second <= 1000; second++)
        {
            _age.TickUnsynchronized(1000L * second, added: second, removed: 0);
        }

        Assert.Equal(TimeSpan.FromSeconds(999), _age.GetOldestAgeUnsynchronized(1_000_000, added: 1000, removed: 0));
        for (int removed = 1; removed < 1000; removed++)
        {
            // The next item came in within the second before the note that counts it in.
            Assert.InRange(_age.GetOldestAgeUnsynchronized(1_000_000, added: 1000, removed)!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(999 - removed));
        }
    }

    // One comes in each second and waits for ten minutes.
    [Fact]
    public void GetOldestAge_EachWaitsForTenMinutes_IsTenMinutesToWithinAThirtieth()
    {
        for (int second = 1; second <= 5000; second++)
        {
            int removed = Math.Max(0, second - 600);
            _age.TickUnsynchronized(1000L * second, added: second, removed);
            if (removed > 0)
            {
                Assert.InRange(_age.GetOldestAgeUnsynchronized(1000L * second, added: second, removed)!.Value, TimeSpan.FromSeconds(580), TimeSpan.FromSeconds(600));
            }
        }
    }

    [Fact]
    public void GetOldestAge_QueueThatWasDrained_IsToTheSecondAgain()
    {
        for (int second = 1; second <= 1000; second++)
        {
            _age.TickUnsynchronized(1000L * second, added: second, removed: 0);
        }

        for (int second = 1001; second <= 1010; second++)
        {
            _age.TickUnsynchronized(1000L * second, added: second, removed: second - 3);
        }

        Assert.Equal(TimeSpan.FromSeconds(2), _age.GetOldestAgeUnsynchronized(1_010_000, added: 1010, removed: 1007));
    }
}
