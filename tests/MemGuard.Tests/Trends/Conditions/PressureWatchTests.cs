using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class PressureWatchTests
{
    private readonly PressureWatch _watch = new();
    private readonly SignalReader _reader = new();
    private double _paused;
    private double _collected;

    [Theory]
    [InlineData(95, true)]
    [InlineData(50, false)]
    public void Add_PausesAndFullCollectionsForSeconds_IsThrashingWhereTheHeapIsFull(long heap, bool isThrashing)
    {
        for (int second = 0; second < 30; second++)
        {
            MemorySample sample = new()
            {
                Elapsed = TimeSpan.FromSeconds(second),
                TotalPauseDuration = TimeSpan.FromSeconds(0.3 * second),
                Gen2CollectionCount = 2 * second,
                HeapSizeBytes = heap,
                HeapLimitBytes = 100,
            };
            _watch.Add(sample, _reader.Read(sample), new TrendSettings());
        }

        Assert.Equal(isThrashing, _watch.IsThrashing);
    }

    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.2, false)]
    public void Add_LongPausesForMinutes_IsThrashingWhereFullCollectionsFollowEachOther(double fullPerSecond, bool isThrashing)
    {
        for (int second = 0; second < 400; second++)
        {
            MemorySample sample = new()
            {
                Elapsed = TimeSpan.FromSeconds(second),
                TotalPauseDuration = TimeSpan.FromSeconds(0.3 * second),
                Gen2CollectionCount = (long)(fullPerSecond * second),
                HeapSizeBytes = 18,
                HeapLimitBytes = 100,
            };
            _watch.Add(sample, _reader.Read(sample), new TrendSettings());
        }

        Assert.Equal(isThrashing, _watch.IsThrashing);
    }

    [Fact]
    public void Add_PausesAtTheLimit_SayHowLongAndHowOften()
    {
        Run(0, 20, pausePerSecond: 0.3, fullPerSecond: 2, heap: 95);

        Assert.Equal(30, _watch.PausePercentage, 3.0);
        Assert.Equal(2, _watch.FullCollectionsPerSecond, 0.01);
        Assert.Equal(0.95, _watch.HeapRatio, 0.001);
    }

    // A tenth of the time and one full collection a second, over four seconds.
    [Theory]
    [InlineData(0.11, 1, 5, true)]
    [InlineData(0.09, 1, 30, false)]
    [InlineData(0.11, 0.5, 30, false)]
    [InlineData(0.11, 1, 3, false)]
    public void Add_HeapAtItsLimit_ThrashesFromATenthOfTheTimeOn(double pausePerSecond, double fullPerSecond, int seconds, bool isThrashing)
    {
        Run(0, seconds, pausePerSecond, fullPerSecond, heap: 95);

        Assert.Equal(isThrashing, _watch.IsThrashing);
    }

    [Fact]
    public void Add_PausesEnd_EndsIt()
    {
        Run(0, 30, pausePerSecond: 0.5, fullPerSecond: 2, heap: 95);
        Assert.True(_watch.IsThrashing);

        Run(30, 400, pausePerSecond: 0, fullPerSecond: 0, heap: 50);

        Assert.False(_watch.IsThrashing);
        Assert.InRange(_watch.Ending.Time, 31, 200);
    }

    // It is from 15 % of the time on, and ends below nine.
    [Theory]
    [InlineData(0.10, true)]
    [InlineData(0.08, false)]
    public void Add_PausesBecomeShorter_ThrashesDownToThreeFifths(double pausePerSecond, bool isThrashing)
    {
        Run(0, 400, pausePerSecond: 0.3, fullPerSecond: 1, heap: 18);
        Assert.True(_watch.IsThrashing);

        Run(400, 1200, pausePerSecond, fullPerSecond: 1, heap: 18);

        Assert.Equal(isThrashing, _watch.IsThrashing);
    }

    [Fact]
    public void Add_CountersRestart_CountsFromThere()
    {
        Run(0, 100, pausePerSecond: 0.3, fullPerSecond: 1, heap: 18);
        _paused = _collected = 0;
        Run(100, 200, pausePerSecond: 0.3, fullPerSecond: 1, heap: 18);

        Assert.False(_watch.IsThrashing);
    }

    [Fact]
    public void Add_SampleWithoutPauses_ChangesNothing()
    {
        Run(0, 30, pausePerSecond: 0.5, fullPerSecond: 2, heap: 95);

        _watch.Add(default, default, new TrendSettings());

        Assert.True(_watch.IsThrashing);
    }

    [Fact]
    public void Add_HeapHasNoLimit_HasNoRatio()
    {
        MemorySample sample = new() { TotalPauseDuration = TimeSpan.Zero, HeapSizeBytes = 95 };
        _watch.Add(sample, _reader.Read(sample), new TrendSettings());
        sample = sample with { Elapsed = TimeSpan.FromSeconds(1) };
        _watch.Add(sample, _reader.Read(sample), new TrendSettings());

        Assert.Equal(double.NaN, _watch.HeapRatio);
    }

    private void Run(int from, int to, double pausePerSecond, double fullPerSecond, long heap)
    {
        for (int second = from; second < to; second++)
        {
            MemorySample sample = new()
            {
                Elapsed = TimeSpan.FromSeconds(second),
                TotalPauseDuration = TimeSpan.FromSeconds(_paused += pausePerSecond),
                Gen2CollectionCount = (long)(_collected += fullPerSecond),
                HeapSizeBytes = heap,
                HeapLimitBytes = 100,
            };
            _watch.Add(sample, _reader.Read(sample), new TrendSettings());
        }
    }
}
