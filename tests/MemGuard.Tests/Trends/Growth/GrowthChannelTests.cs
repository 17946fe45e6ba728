using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class GrowthChannelTests
{
    private const double MB = 1 << 20;
    private const double Width = 10;
    private const double PerBucket = MB;

    /// <summary>A window of three quarters of an hour: long enough for a holder to change what is asked.</summary>
    private const double SlowWidth = 120;

    private GrowthChannel _channel = Channel(MemorySeries.LiveHeap, Width);
    private int _bucket;

    /// <summary>The least share of the headroom for growth of a few minutes in a young service.</summary>
    private const double Least = 0.27;

    [Theory]
    [InlineData(1.05)]
    [InlineData(2)]
    public void Add_GrowthThatMatters_TakesThreeLooksHoweverLargeItIs(double ratio)
    {
        Close(30, share: 0.01);
        Assert.False(_channel.IsCandidate);

        Close(2, Least * ratio);
        Assert.True(_channel.IsCandidate);
        Assert.False(_channel.IsConfirmed);

        Close(1, Least * ratio);
        Assert.True(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_AnExaminationBetweenThatDoesNotPass_StartsTheCountAnew()
    {
        Close(30, share: 0.01);
        Close(2, Least * 1.05);
        Close(1, share: 0.01);
        Close(2, Least * 1.05);

        Assert.False(_channel.IsConfirmed);
    }

    [Fact]
    public void Clear_OneExaminationBeforeTheAlarm_ForgetsIt()
    {
        Close(30, share: 0.01);
        Close(2, Least * 1.05);

        _channel.Clear();

        Assert.False(_channel.IsCandidate);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(80, true)]
    public void Add_GrowthOfAConfirmedLeakGivenBack_EndsItAfterThreeExaminations(double level, bool isConfirmed)
    {
        Close(30, share: 0.01);
        Close(3, Least * 1.05);
        Assert.True(_channel.IsConfirmed);

        CloseFlat(3, level);
        Assert.True(_channel.IsConfirmed);

        CloseFlat(1, level);
        Assert.Equal(isConfirmed, _channel.IsConfirmed);
        Assert.Equal(isConfirmed ? null : "most of the growth was given back", _channel.Ending.Because);
    }

    [Fact]
    public void Add_Confirmed_HasTheFiguresOfTheNewestThatPassed()
    {
        Close(30, share: 0.01);
        Close(3, Least * 1.05);

        Assert.Equal(PerBucket / Width, _channel.Evidence.Slope.PerSecond, 1.0);
        Assert.Equal(GrowthRule.Urgent, _channel.Evidence.Rule);
    }

    [Fact]
    public void Add_SamplesWithinABucket_ExaminesNothing()
    {
        GrowthDemands demands = Demands(0.01);

        Assert.False(_channel.Add(1, 50 * MB, PointContext.Unknown, demands, trace: null));
        Assert.False(_channel.Add(2, 50 * MB, PointContext.Unknown, demands, trace: null));
        Assert.True(_channel.Add(11, 50 * MB, PointContext.Unknown, demands, trace: null));
    }

    [Fact]
    public void EndWhenStale_NothingGrewForTheTimeOfRearm_EndsIt()
    {
        Close(30, share: 0.01);
        Close(3, Least * 1.05);
        double last = (_bucket - 1) * Width;

        _channel.EndWhenStale(last + 600, rearm: 600);
        Assert.True(_channel.IsConfirmed);

        _channel.EndWhenStale(last + 601, rearm: 600);
        Assert.False(_channel.IsConfirmed);
        Assert.Equal(new Ending(last + 601, "it has not grown any more for the time of Rearm"), _channel.Ending);
    }

    [Fact]
    public void EndWhenStale_NothingIsConfirmed_EndsNothing()
    {
        _channel.EndWhenStale(1000, rearm: 600);

        Assert.Null(_channel.Ending.Because);
    }

    [Fact]
    public void Add_LittleOfTheWindowIsKnown_SaysNothing()
    {
        ListTrace trace = new();
        GrowthDemands demands = Demands(0.9);
        for (int i = 0; i < 13; i++)
        {
            _channel.Add(i * Width, (50 + (10 * i)) * MB, PointContext.Unknown, demands, trace);
        }

        Assert.Equal((GrowthTest.Points, 12, 110), (trace.All[^1].Evidence.Failed, trace.All[^1].Evidence.Points, trace.All[^1].Evidence.Span));
    }

    [Fact]
    public void Clear_HalfAWindow_BeginsAnew()
    {
        ListTrace trace = new();
        Close(30, share: 0.01);

        _channel.Clear();
        _channel.Add(_bucket * Width, 50 * MB, PointContext.Unknown, Demands(0.9), trace);
        _channel.Add((_bucket + 1) * Width, 500 * MB, PointContext.Unknown, Demands(0.9), trace);

        Assert.Equal(0, Assert.Single(trace.All).Evidence.Growth);
    }

    [Fact]
    public void Add_OutsideTheFollowedScale_DoesNotEndIt()
    {
        _channel = new GrowthChannel(MemorySeries.LiveHeap, [Width, 100 * Width], TrendRules.Default.Examination with { FollowedRing = 1 });
        Close(30, share: 0.01);
        Close(3, Least * 1.05);

        CloseFlat(20, level: 60);

        Assert.True(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_GrowsOnAndGivesPartBack_IsMeasuredFromTheHighest()
    {
        Close(30, share: 0.01);
        Close(3, Least * 1.05);
        CloseFlat(1, level: 1000);

        CloseFlat(4, level: 300);

        Assert.False(_channel.IsConfirmed);
    }

    [Fact]
    public void Confirm_EvidenceOfElsewhere_IsEnough()
    {
        _channel.Confirm(100, new GrowthEvidence { Start = 10 * MB, End = 20 * MB });

        Assert.True(_channel.IsConfirmed);
        Assert.Equal(20 * MB, _channel.Evidence.End);
    }

    [Fact]
    public void Add_HalfOfTheShare_IsAProspectThatWouldPassIfTheHolderLasted()
    {
        _channel = Channel(MemorySeries.LiveHeap, SlowWidth);
        Slow(30, share: 0.01);
        Slow(1, 0.6 * Least);
        Assert.False(_channel.IsProspect);

        Slow(1, 0.6 * Least);
        Assert.True(_channel.IsProspect);
        Assert.False(_channel.IsCandidate);
        Assert.Equal(BucketRing.WindowBuckets * PerBucket, _channel.ProspectGrowth, PerBucket);
    }

    [Fact]
    public void Add_PassesAsItIs_IsAProspectAtOnce()
    {
        _channel = Channel(MemorySeries.LiveHeap, SlowWidth);
        Slow(30, share: 0.01);
        Slow(1, 1.1 * Least);

        Assert.True(_channel.IsProspect);
    }

    [Fact]
    public void Add_HolderIsKnown_IsNoProspect()
    {
        GrowthHolder holder = new() { Kind = HolderKind.Expiring, Name = "", ValidUntil = 1e9 };
        _channel = Channel(MemorySeries.LiveHeap, SlowWidth);
        Slow(30, share: 0.01);

        Slow(3, 0.6 * Least, holder);

        Assert.False(_channel.IsProspect);
    }

    [Fact]
    public void Add_OutsideTheHeap_IsNoProspect()
    {
        _channel = Channel(MemorySeries.Unmanaged, SlowWidth);
        Slow(30, share: 0.01);

        Slow(3, 0.6 * Least);

        Assert.False(_channel.IsProspect);
    }

    [Fact]
    public void Add_HolderIsWaitedFor_StaysSuspectedAndBeginsAnew()
    {
        GrowthHolder holder = new() { Kind = HolderKind.RunningWork, Name = "", ValidUntil = 1e9, WaitsUntil = 1e9 };
        _channel = Channel(MemorySeries.LiveHeap, SlowWidth);
        Slow(30, share: 0.01);

        Slow(5, 1.1 * Least, holder);
        Assert.True(_channel.IsCandidate);
        Assert.False(_channel.IsConfirmed);

        Slow(2, 1.1 * Least);
        Assert.False(_channel.IsConfirmed);
        Slow(1, 1.1 * Least);
        Assert.True(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_NoFullCollectionYet_WaitsForOne()
    {
        _channel = Channel(MemorySeries.Unmanaged, Width);

        for (int i = 0; i < 30; i++)
        {
            double level = (50 * MB) + (i * PerBucket);
            _channel.Add(i * Width, level, new PointContext(double.NaN, level, double.NaN, 5), Demands(0.3) with { IsUnmanaged = true }, trace: null);
        }

        Assert.True(_channel.WaitsForCollection);
        Assert.False(_channel.IsCandidate);
    }

    // A rise that may be of files, and is over half of the headroom.
    [Theory]
    [InlineData(0.45, false)]
    [InlineData(0.55, true)]
    public void Add_PagesThatTheSystemTakesBack_AreDoubtfulFromHalfOfTheHeadroomOn(double share, bool isDoubtful)
    {
        _channel = Channel(MemorySeries.Unmanaged, SlowWidth);
        for (int i = 0; i < 30; i++)
        {
            double level = (50 * MB) + (i * PerBucket);
            _channel.Add(i * SlowWidth, level, PointContext.Unknown, Demands(share, SlowWidth) with { IsUnmanaged = true, IsReclaimable = true }, trace: null);
        }

        Assert.Equal((isDoubtful, isDoubtful, false), (_channel.IsDoubtful, _channel.IsCandidate, _channel.IsConfirmed));
    }

    private void CloseFlat(int count, double level)
    {
        GrowthDemands demands = new(Uptime: BucketRing.WindowBuckets * Width, 1000 * MB, 4 * MB, 0.05, double.NaN, 1, 30 * 86400, IsUnmanaged: false, Peaks: null);
        for (int i = 0; i < count; i++)
        {
            _channel.Add(_bucket++ * Width, level * MB, PointContext.Unknown, demands, trace: null);
        }
    }

    /// <summary>Closes buckets of a straight rise whose window has eaten this share of the headroom.</summary>
    private void Close(int count, double share, double width = Width, GrowthHolder? holder = null)
    {
        for (int i = 0; i < count; i++)
        {
            _channel.Add(_bucket * width, (50 * MB) + (_bucket * PerBucket), PointContext.Unknown, Demands(share, width).HeldBy(holder), trace: null);
            _bucket++;
        }
    }

    private void Slow(int count, double share, GrowthHolder? holder = null) => Close(count, share, SlowWidth, holder);

    private static GrowthChannel Channel(MemorySeries series, double width) => new(series, [width], TrendRules.Default.Examination with { FollowedRing = 0 });

    private static GrowthDemands Demands(double share, double width = Width)
    {
        double growth = BucketRing.WindowBuckets * PerBucket;
        return new(Uptime: BucketRing.WindowBuckets * width, growth * (1 - share) / share, 4 * MB, 0.05, double.NaN, 1, 30 * 86400, IsUnmanaged: false, Peaks: null);
    }
}
