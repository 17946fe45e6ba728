using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class PressureWatchTests
{
    private readonly PressureWatch _watch = new();
    private readonly SignalReader _reader = new();

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
}
