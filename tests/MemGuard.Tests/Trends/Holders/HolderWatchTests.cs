using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class HolderWatchTests
{
    private const double MB = 1 << 20;
    private const double AskedAt = 1000;
    private static readonly HolderRules Rules = new();

    private readonly HolderWatch _watch = new(Rules);

    [Theory]
    [InlineData(0.6, true)]
    [InlineData(0.4, false)]
    public void Tell_OnePlace_IsTheHolderIfItHoldsHalfOfTheGrowth(double share, bool isHolder)
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = share * 100 * MB });

        Assert.Equal(isHolder, _watch.Holder is { Kind: HolderKind.Lasting });
    }

    [Fact]
    public void Tell_PlaceThatIsLargeAndDoesNotGrow_IsNotTheHolder()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 500 * MB, GrowthShare = 0.1 });

        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void Tell_TwoKindsThatMightHoldIt_DecideNothing()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 60 * MB }, new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 70 * MB });

        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void Tell_NobodyHasAsked_DecidesNothing()
    {
        _watch.Tell(AskedAt, [new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB }], trace: null);

        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void Tell_RunningWork_IsWaitedForOneHourAndNoLonger()
    {
        Tell(new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 100 * MB });
        GrowthHolder first = _watch.Holder!;
        _watch.Add(AskedAt + 3600, 300 * MB);

        // It still runs, and is named again.
        Ask(AskedAt + 3600);
        _watch.Tell(AskedAt + 3600, [new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 200 * MB }], trace: null);

        Assert.True(first.Waits(AskedAt + 3599, 900 * MB));
        Assert.False(first.Waits(AskedAt + 3600, 900 * MB));
        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void Tell_HalfFullStructure_IsWaitedForUntilItHoldsMoreThanItCan()
    {
        // 80 MB at half of its capacity: it takes 80 more, and a quarter of that for items of other sizes.
        Tell(new HeldPlace { Kind = HolderKind.Filling, Bytes = 80 * MB, FilledRatio = 0.5 });

        Assert.True(_watch.Holder!.Waits(AskedAt + 36_000, (200 + 99) * MB));
        Assert.False(_watch.Holder.Waits(AskedAt + 36_000, (200 + 101) * MB));
    }

    [Theory]
    [InlineData(0.97)]
    [InlineData(0.1)]
    public void Tell_StructureThatIsFullOrDoesNotFit_IsNotWaitedFor(double filled)
    {
        Tell(new HeldPlace { Kind = HolderKind.Filling, Bytes = 100 * MB, FilledRatio = filled });

        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void Tell_EntriesThatExpire_AreWaitedForThatLong()
    {
        Tell(new HeldPlace { Kind = HolderKind.Expiring, Bytes = 100 * MB, ExpiresInSeconds = 1200 });

        Assert.True(_watch.Holder!.Waits(AskedAt + 1499, 400 * MB));
        Assert.False(_watch.Holder.Waits(AskedAt + 1501, 400 * MB));
    }

    [Fact]
    public void Tell_EntriesThatExpireNobodyKnowsWhen_AreNotWaitedFor()
    {
        Tell(new HeldPlace { Kind = HolderKind.Expiring, Bytes = 100 * MB });

        Assert.True(_watch.Holder!.IsPassing);
        Assert.False(_watch.Holder.Waits(AskedAt + 1, 200 * MB));
    }

    [Fact]
    public void Add_GrowthIsGivenBack_ForgetsWhoHeldIt()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        _watch.Add(AskedAt + 10, 139 * MB);

        Assert.Null(_watch.Holder);
    }

    [Fact]
    public void MayAsk_AfterEachQuestion_WaitsLonger()
    {
        List<double> asked = [];
        for (double time = 0; time < 86_400; time += 60)
        {
            if (_watch.MayAsk(time))
            {
                Ask(time);
                _watch.Tell(time, [], trace: null);
                asked.Add(time);
            }
        }

        Assert.Equal([0, 1800, 5400, 12_600], asked.Take(4));
        Assert.InRange(asked.Count, 10, 14);
    }

    [Fact]
    public void HasAnswer_QuestionWasRefused_IsFalse()
    {
        Ask(AskedAt);
        _watch.Tell(AskedAt, [], trace: null);

        Assert.False(_watch.HasAnswer(AskedAt));
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.49, false)]
    public void Tell_HalfOfTheGrowthByItsShare_IsTheHolder(double share, bool isHolder)
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 1, GrowthShare = share });

        Assert.Equal(isHolder, _watch.Holder is not null);
    }

    [Theory]
    [InlineData(60, 90, "second")]
    [InlineData(90, 60, "first")]
    public void Tell_TwoOfOneKind_TheLargerIsTheHolder(double first, double second, string name)
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Name = "first", Bytes = first * MB }, new HeldPlace { Kind = HolderKind.Lasting, Name = "second", Bytes = second * MB });

        Assert.Equal(name, _watch.Holder!.Name);
    }

    [Fact]
    public void Tell_ASmallPlaceOfAnotherKind_DoesNotMatter()
    {
        Tell(new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 40 * MB }, new HeldPlace { Kind = HolderKind.Lasting, Bytes = 60 * MB });

        Assert.Equal(HolderKind.Lasting, _watch.Holder!.Kind);
    }

    [Fact]
    public void Tell_TwiceForOneQuestion_TheFirstCounts()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        _watch.Tell(AskedAt, [], trace: null);

        Assert.NotNull(_watch.Holder);
    }

    [Fact]
    public void Tell_FoundAHolder_TheTraceHearsOfIt()
    {
        ListTrace trace = new();
        Ask(AskedAt);

        _watch.Tell(AskedAt, [new HeldPlace { Kind = HolderKind.Lasting, Name = "Users._all", Bytes = 100 * MB }], trace);

        Assert.StartsWith("held by Users._all, which lasts", Assert.Single(trace.Decisions));
    }

    [Fact]
    public void Tell_FillingStructureWhoseEntriesExpire_IsWaitedForUntilTheyDo()
    {
        Tell(new HeldPlace { Kind = HolderKind.Filling, Bytes = 80 * MB, FilledRatio = 0.5, ExpiresInSeconds = 1200 });

        Assert.True(_watch.Holder!.Waits(AskedAt + 1499, 220 * MB));
        Assert.False(_watch.Holder.Waits(AskedAt + 1501, 220 * MB));
    }

    [Fact]
    public void Tell_FillingStructureNobodyKnowsHowFull_IsPassing()
    {
        Tell(new HeldPlace { Kind = HolderKind.Filling, Bytes = 100 * MB });

        Assert.True(_watch.Holder!.IsPassing);
    }

    [Theory]
    [InlineData(6 * 3600 - 1, true)]
    [InlineData(6 * 3600, false)]
    public void Add_SixHoursLater_AHolderThatLastsMustBeAskedForAnew(double seconds, bool isHolder)
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        _watch.Add(AskedAt + seconds, 300 * MB);

        Assert.Equal(isHolder, _watch.Holder is not null);
    }

    [Theory]
    [InlineData(48 * 3600 - 1, true)]
    [InlineData(48 * 3600, false)]
    public void Add_TwoDaysLater_AStructureThatFillsMustBeAskedForAnew(double seconds, bool isHolder)
    {
        Tell(new HeldPlace { Kind = HolderKind.Filling, Bytes = 80 * MB, FilledRatio = 0.5 });

        _watch.Add(AskedAt + seconds, 300 * MB);

        Assert.Equal(isHolder, _watch.Holder is not null);
    }

    [Theory]
    [InlineData(3599, true)]
    [InlineData(3600, false)]
    public void Add_WorkHasBeenWaitedFor_IsForgottenWhenTheHourIsOver(double seconds, bool isHolder)
    {
        Tell(new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 100 * MB });

        _watch.Add(AskedAt + seconds, 300 * MB);

        Assert.Equal(isHolder, _watch.Holder is not null);
    }

    [Fact]
    public void Add_MoreThanHalfOfTheGrowthIsLeft_KeepsTheHolder()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        _watch.Add(AskedAt + 10, 141 * MB);

        Assert.NotNull(_watch.Holder);
    }

    [Fact]
    public void Add_GrowthWasGivenBack_TheNextWorkIsWaitedForAnHourOfItsOwn()
    {
        Tell(new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 100 * MB });
        _watch.Add(AskedAt + 3000, 100 * MB);

        Ask(AskedAt + 3600);
        _watch.Tell(AskedAt + 3600, [new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 100 * MB }], trace: null);

        Assert.True(_watch.Holder!.Waits(AskedAt + 7199, 300 * MB));
    }

    [Theory]
    [InlineData(7199, true)]
    [InlineData(7200, false)]
    public void HasAnswer_PlacesWereTold_IsTrueForTwoHours(double seconds, bool hasAnswer)
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 1 });

        Assert.Equal(hasAnswer, _watch.HasAnswer(AskedAt + seconds));
    }

    [Fact]
    public void HasAnswer_AskedAgain_IsFalseUntilTold()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 1 });

        Ask(AskedAt + 10);

        Assert.False(_watch.HasAnswer(AskedAt + 10));
    }

    [Fact]
    public void MayAsk_HolderIsKnown_IsFalse()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        Assert.False(_watch.MayAsk(AskedAt + 36_000));
    }

    [Fact]
    public void Clear_HolderAndQuestion_AreForgotten()
    {
        Tell(new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });
        Ask(AskedAt + 1);

        _watch.Clear();
        Assert.True(_watch.MayAsk(0));
        Assert.False(_watch.HasAnswer(0));

        _watch.Tell(0, [new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB }], trace: null);
        Assert.Null(_watch.Holder);
    }

    /// <summary>A live heap of 200 MB that has grown by a hundred, with 500 left.</summary>
    private void Ask(double time) => _watch.Ask(time, 200 * MB, 100 * MB, 500 * MB);

    private void Tell(params HeldPlace[] places)
    {
        Ask(AskedAt);
        _watch.Tell(AskedAt, places, trace: null);
    }
}
