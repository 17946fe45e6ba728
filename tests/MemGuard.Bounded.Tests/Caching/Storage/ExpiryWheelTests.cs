using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>A wheel that begins at 1000 ms with ticks of 10 ms: 64 slots of one tick, 64 of 64 and 64 of 4096.</summary>
public sealed class ExpiryWheelTests
{
    private const long Start = 1000;
    private const long Tick = 10;

    private readonly ExpiryWheel _wheel = new(Start, Tick);

    public ExpiryWheelTests() => _wheel.Attach(new CacheSlotExtra[32]);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(630, 63)]
    public void TakeNextDue_NearTime_ComesOutWithTheTickThatEndsAfterIt(long goneAfter, int tick)
    {
        _wheel.File(1, Start + goneAfter);

        Assert.Equal(0, _wheel.TakeNextDue(Start + (Tick * tick) - 1));
        Assert.Equal(1, _wheel.TakeNextDue(Start + (Tick * tick)));
        Assert.Equal(0, _wheel.TakeNextDue(Start + (Tick * tick)));
    }

    // Those further away come out early, at a boundary of their level, and are filed again.
    [Theory]
    [InlineData(640)]
    [InlineData(5_000)]
    [InlineData(40_950)]
    [InlineData(40_960)]
    [InlineData(700_000)]
    [InlineData(5_000_000)]
    public void TakeNextDue_FiledAgainUntilItIsTime_ComesOutInTimeAndNotLate(long goneAfter)
    {
        long gone = Start + goneAfter;
        _wheel.File(1, gone);
        int takings = 0;
        long now = Start;
        while (_wheel.IsFiled(1))
        {
            now += Tick;
            for (int index = _wheel.TakeNextDue(now); index != 0; index = _wheel.TakeNextDue(now))
            {
                takings++;
                if (now < gone)
                {
                    _wheel.File(index, gone);
                }
            }
        }

        Assert.InRange(now, gone, gone + Tick);
        Assert.InRange(takings, 1, 8);
    }

    [Fact]
    public void TakeNextDue_JumpOverEverything_GivesAllOfThem()
    {
        long[] after = [5, 500, 700, 5_000, 45_000, 700_000];
        for (int i = 0; i < after.Length; i++)
        {
            _wheel.File(i + 1, Start + after[i]);
        }

        List<int> due = [];
        for (int index = _wheel.TakeNextDue(Start + 3_000_000); index != 0; index = _wheel.TakeNextDue(Start + 3_000_000))
        {
            due.Add(index);
        }

        Assert.Equal([1, 2, 3, 4, 5, 6], due.Order());
    }

    [Fact]
    public void File_NeverGone_IsNotFiled()
    {
        _wheel.File(1, long.MaxValue);

        Assert.False(_wheel.IsFiled(1));
        Assert.Null(_wheel.GetFirstGoneMilliseconds());
    }

    [Fact]
    public void File_TimeThatHasPassed_ComesOutWithTheNextTick()
    {
        _wheel.TakeNextDue(Start + 100);
        _wheel.File(1, Start + 50);

        Assert.Equal(0, _wheel.TakeNextDue(Start + 109));
        Assert.Equal(1, _wheel.TakeNextDue(Start + 110));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Remove_OneOfThreeInASlot_LeavesTheOthers(int removed)
    {
        for (int index = 1; index <= 3; index++)
        {
            _wheel.File(index, Start + 5);
        }

        _wheel.Remove(removed);

        Assert.Equal([.. new[] { 3, 2, 1 }.Where(index => index != removed), 0], Enumerable.Range(0, 3).Select(_ => _wheel.TakeNextDue(Start + 10)));
        Assert.False(_wheel.IsFiled(removed));
    }

    [Fact]
    public void Remove_FirstOfThoseThatAreDue_LeavesTheOthers()
    {
        for (int index = 1; index <= 3; index++)
        {
            _wheel.File(index, Start + 5);
        }

        Assert.Equal(3, _wheel.TakeNextDue(Start + 10));
        _wheel.Remove(2);

        Assert.Equal(1, _wheel.TakeNextDue(Start + 10));
        Assert.Equal(0, _wheel.TakeNextDue(Start + 10));
    }

    [Fact]
    public void Remove_NotFiled_ChangesNothing()
    {
        _wheel.File(1, Start + 5);

        _wheel.Remove(2);

        Assert.Equal(1, _wheel.TakeNextDue(Start + 10));
    }

    [Theory]
    [InlineData(15, 20)]
    [InlineData(630, 630)]
    [InlineData(650, 640)]
    [InlineData(45_000, 40_960)]
    public void GetFirstGone_OneEntry_IsWhenItsSlotComesOut(long goneAfter, long comesOut)
    {
        _wheel.File(1, Start + goneAfter);

        Assert.Equal(Start + comesOut, _wheel.GetFirstGoneMilliseconds());
    }

    [Fact]
    public void Move_EntriesElsewhere_AreThereWhenTheyAreDue()
    {
        CacheSlotExtra[] extras = new CacheSlotExtra[32];
        _wheel.Attach(extras);
        _wheel.File(1, Start + 5);
        int[] moved = new int[32];
        moved[1] = 9;
        extras[9] = extras[1];

        _wheel.Move(moved);

        Assert.Equal(9, _wheel.TakeNextDue(Start + 10));
    }
}
