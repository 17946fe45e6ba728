using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>A shard of 64 entries: it looks back eight duels and moves the border every 64, from a hundredth by a sixteenth at most.</summary>
public sealed class WindowBalanceTests
{
    private const int Interval = 64;
    private const double Least = 0.01;
    private const double Step = 0.0625;

    private WindowBalance _balance;

    public WindowBalanceTests() => _balance.Resize(64);

    [Fact]
    public void RecordDuel_EveryEighth_EndsTheWatch()
    {
        Assert.Equal([8, 16, 24], Enumerable.Range(1, 30).Where(_ => _balance.RecordDuel()));
    }

    [Fact]
    public void Ratio_NothingIsKnown_StaysTheLeast()
    {
        _balance.RecordMiss(0);
        Duel(10 * Interval);

        Assert.Equal(Least, _balance.Ratio);
    }

    [Fact]
    public void Ratio_RejectedKeysComeBack_GrowsByAStepAfterAnInterval()
    {
        Duel(1);
        RejectAndMiss(7);

        Duel(Interval - 2);
        Assert.Equal(Least, _balance.Ratio);

        Duel(1);
        Assert.Equal(Least + Step, _balance.Ratio, 9);
    }

    [Fact]
    public void Ratio_WatchedEntriesAreRead_ShrinksToTheLeast()
    {
        Grow(times: 1);
        ReadWatched();

        Duel(4 * Interval);

        Assert.Equal(Least, _balance.Ratio);
    }

    [Fact]
    public void Ratio_RejectedKeysComeBackForEver_EndsAtFourFifths()
    {
        Grow(times: 20);

        Assert.Equal(0.8, _balance.Ratio);
    }

    [Fact]
    public void Ratio_BothAreWorthAsMuch_Stays()
    {
        Duel(1);
        RejectAndMiss(1);
        _balance.RecordRejection(2);
        _balance.RecordWatch(2);
        _balance.RecordRead();

        Duel(Interval);

        Assert.Equal(Least, _balance.Ratio);
    }

    [Fact]
    public void Ratio_OneIsWorthThreeTimesTheOther_MovesHalfAStep()
    {
        Duel(1);
        RejectAndMiss(1);
        _balance.RecordWatch(3);
        _balance.RecordRead();

        Duel(Interval);

        Assert.Equal(Least + (Step / 2), _balance.Ratio, 9);
    }

    [Fact]
    public void Ratio_EvidenceOfTheIntervalBefore_CountsHalf()
    {
        Duel(1);
        RejectAndMiss(1);
        Duel(Interval);
        ReadWatched();

        Duel(Interval);

        // A gain of one half against a loss of one: back by a third of the step.
        Assert.Equal(Least + Step - (Step / 3), _balance.Ratio, 9);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void RecordMiss_OfAKeyRejectedEarlier_CountsWithinEightDuels(int duels, bool counts)
    {
        Duel(1);
        _balance.RecordRejection(7);
        Duel(duels);
        _balance.RecordMiss(7);

        Duel(Interval);

        Assert.Equal(counts, _balance.Ratio > Least);
    }

    [Fact]
    public void RecordMiss_SameKeyTwice_CountsOnce()
    {
        Duel(1);
        _balance.RecordRejection(2);
        RejectAndMiss(1);
        _balance.RecordMiss(1);
        _balance.RecordWatch(2);
        _balance.RecordRead();

        Duel(Interval);

        Assert.Equal(Least, _balance.Ratio);
    }

    [Fact]
    public void RecordMiss_OfAnotherKey_DoesNotCount()
    {
        Duel(1);
        _balance.RecordRejection(1);
        _balance.RecordMiss(2);

        Duel(Interval);

        Assert.Equal(Least, _balance.Ratio);
    }

    [Fact]
    public void Resize_LargeShard_LooksAtOneKeyInFour()
    {
        int looked = 0;
        for (uint hash = 1; hash <= 400; hash++)
        {
            _balance = default;
            _balance.Resize(1024);
            Duel(1);
            RejectAndMiss(hash);
            Duel(1024);
            looked += _balance.Ratio > Least ? 1 : 0;
        }

        Assert.InRange(looked, 60, 140);
    }

    [Fact]
    public void Resize_Later_KeepsTheRatio()
    {
        Grow(times: 2);
        double ratio = _balance.Ratio;

        _balance.Resize(128);

        Assert.Equal(ratio, _balance.Ratio);
    }

    private void Grow(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Duel(1);
            RejectAndMiss(7);
            Duel(Interval - 1);
        }
    }

    private void ReadWatched()
    {
        _balance.RecordWatch(1);
        _balance.RecordRead();
    }

    private void RejectAndMiss(uint hash)
    {
        _balance.RecordRejection(hash);
        _balance.RecordMiss(hash);
    }

    private void Duel(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _balance.RecordDuel();
        }
    }
}
