using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>A heap with a full collection each ten seconds, and the suspicion and the channel that the readings decide about.</summary>
public sealed class CollectionWatchTests
{
    private const double MB = 1 << 20;

    private readonly CollectionWatch _watch = new(TrendRules.Default);
    private readonly FastWatch _suspicion = new(MemorySeries.Heap, TrendRules.Default.HeapSuspicion, quietUntil: 0);
    private readonly GrowthChannel _channel = new(MemorySeries.LiveHeap, TrendRules.Default.Examination.WidthsSeconds, TrendRules.Default.Examination);
    private readonly ListTrace _trace = new();
    private double _time;
    private double _live = 100;
    private double _headroom = 300;

    [Fact]
    public void Add_Readings_KnowsTheNewest()
    {
        Collect(times: 2, rise: 5);

        Assert.Equal((20, 110 * MB), (_watch.LastTime, _watch.LastLive));
    }

    [Fact]
    public void Add_SuspicionAndSteadyReadings_ConfirmWithTwoLooksThatPass()
    {
        Suspect(perSecond: 2);
        _headroom = 270;

        Collect(times: 4, rise: 20);
        Assert.False(_channel.IsConfirmed);

        Collect(times: 1, rise: 20);
        Assert.True(_channel.IsConfirmed);
        Assert.Equal(GrowthRule.FullCollections, _channel.Evidence.Rule);
    }

    [Fact]
    public void Add_SuspicionAndALargeShare_ConfirmsAtOnce()
    {
        Suspect(perSecond: 2);
        _headroom = 200;

        Collect(times: 3, rise: 20);
        Assert.False(_channel.IsConfirmed);

        Collect(times: 1, rise: 20);
        Assert.True(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_NothingIsSuspected_TakesLonger()
    {
        _headroom = 200;

        Collect(times: 5, rise: 20);

        Assert.False(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_ReadingsStayLevel_WithdrawTheSuspicion()
    {
        Suspect(perSecond: 2);

        Collect(times: 3, rise: 1);

        Assert.False(_suspicion.IsSuspected);
        Assert.Equal("full collections show a plateau", _suspicion.Ending.Because);
    }

    [Fact]
    public void Add_GrowthBeforeTheSuspicion_CountsFromTheLowestReading()
    {
        Collect(times: 1, rise: 0);
        _live = 180;
        Suspect(perSecond: 2);
        _headroom = 300;

        Collect(times: 4, rise: 20);

        Assert.Equal(160 * MB, _trace.Passed.First().Evidence.Growth);
    }

    [Fact]
    public void Add_ReadingsThatPassOnce_AreNoAlarmYet()
    {
        _headroom = 100;

        while (double.IsNaN(_watch.PassedGrowth))
        {
            Collect(times: 1, rise: 20);
        }

        Assert.False(_channel.IsConfirmed);
        Assert.InRange(_watch.PassedGrowth / MB, 60, 400);
    }

    [Fact]
    public void Add_ReadingsThatPassAgainLater_AreConfirmed()
    {
        _headroom = 100;

        Collect(times: 20, rise: 20);

        Assert.True(_channel.IsConfirmed);
    }

    [Fact]
    public void Add_NextReadingFallsBack_HasNoGrowthThatPassed()
    {
        _headroom = 100;
        while (double.IsNaN(_watch.PassedGrowth))
        {
            Collect(times: 1, rise: 20);
        }

        Collect(times: 1, rise: -500);

        Assert.Equal(double.NaN, _watch.PassedGrowth);
    }

    [Fact]
    public void Add_WarmUpBeforeALine_LooksAtEverFewerReadings()
    {
        _headroom = 100;
        Collect(times: 8, rise: 0.1);

        Collect(times: 8, rise: 20);

        Assert.Contains(_trace.Passed, static look => look.Evidence.Points < 16);
    }

    [Fact]
    public void Add_LoadBetweenTheCollections_ExplainsWhatFollowsIt()
    {
        _headroom = 1000;
        for (int i = 0; i < 20; i++)
        {
            double load = i % 2 == 0 ? 50 : 100 + i;
            _watch.AddLoad(load - 10);
            _watch.AddLoad(double.NaN);
            _watch.AddLoad(load + 10);
            Collect(times: 1, rise: 0, level: 100 + (5 * i) + load);
        }

        // Of the steps up and down nothing is left where the load is taken out.
        Assert.Contains(_trace.All, static look => look.Evidence.LoadRatio > 1 && Math.Abs((look.Evidence.Growth / MB) - (5 * look.Evidence.Points)) < 12);
    }

    [Fact]
    public void Clear_ReadingsAndGrowth_AreForgotten()
    {
        _headroom = 100;
        while (double.IsNaN(_watch.PassedGrowth))
        {
            Collect(times: 1, rise: 20);
        }

        _watch.Clear();

        Assert.Equal((double.NegativeInfinity, double.NaN, double.NaN), (_watch.LastTime, _watch.LastLive, _watch.PassedGrowth));
    }

    private void Collect(int times, double rise, double? level = null)
    {
        for (int i = 0; i < times; i++)
        {
            _time += 10;
            _live = level ?? _live + rise;
            _watch.Add(_time, _live * MB, Demands, _suspicion, _channel, _trace);
        }
    }

    private void Suspect(double perSecond)
    {
        double level = 50;
        while (!_suspicion.IsSuspected)
        {
            _suspicion.Add(_time++, (level += perSecond) * MB, PointContext.Unknown, Demands with { Headroom = 500 * MB }, explained: 0, trace: null);
        }
    }

    private GrowthDemands Demands =>
        new(Uptime: 600, _headroom * MB, 4 * MB, 0.05, double.NaN, Strictness: 1, 30 * 86_400, IsUnmanaged: false, Peaks: null);
}
