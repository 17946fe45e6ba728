using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class GrowthChannelTests
{
    private const double MB = 1 << 20;
    private const double Width = 10;
    private const double PerBucket = MB;

    private readonly GrowthChannel _channel = new(MemorySeries.LiveHeap, [Width], TrendRules.Default.Examination with { FollowedRing = 0 });
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
    private void Close(int count, double share)
    {
        double growth = BucketRing.WindowBuckets * PerBucket;
        GrowthDemands demands = new(Uptime: BucketRing.WindowBuckets * Width, growth * (1 - share) / share, 4 * MB, 0.05, double.NaN, 1, 30 * 86400, IsUnmanaged: false, Peaks: null);
        for (int i = 0; i < count; i++)
        {
            _channel.Add(_bucket * Width, (50 * MB) + (_bucket * PerBucket), PointContext.Unknown, demands, trace: null);
            _bucket++;
        }
    }
}
