using MemGuard.HeapSnapshots.Capture;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Capture.Cost;

public sealed class CaptureHistoryTests
{
    private const long MB = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly CaptureHistory _history;

    public CaptureHistoryTests() => _history = new CaptureHistory(1, _time);

    [Fact]
    public void Estimate_NothingKnown_AssumesTheSmallestObjects()
    {
        CaptureEstimate estimate = _history.Estimate(new HeapFigures(50 * MB));

        Assert.True(estimate.IsGuess);
        Assert.Equal(MB, estimate.Objects);
        Assert.Equal(MB * 56, estimate.ReadingBytes);
    }

    [Fact]
    public void Estimate_ShortFullCollection_TellsThatTheObjectsAreFew()
    {
        // A gigabyte of a hundred thousand arrays: by its bytes it would be twenty million objects and five seconds.
        HeapFigures arrays = new(1024 * MB, TimeSpan.FromMilliseconds(12), 1024 * MB);

        CaptureEstimate estimate = _history.Estimate(arrays);

        Assert.InRange(estimate.Objects, 100_000, 600_000);
        Assert.True(estimate.Pause < TimeSpan.FromMilliseconds(200), estimate.Pause.ToString());
    }

    [Fact]
    public void Estimate_FullCollectionOfASmallerHeap_IsScaled()
    {
        HeapFigures grown = new(1000 * MB, TimeSpan.FromMilliseconds(10), 100 * MB);

        Assert.Equal(5_000_000, _history.Estimate(grown).Objects);
    }

    [Fact]
    public void Estimate_SeveralThreadsMark_MoreObjectsFitThePause()
    {
        CaptureHistory server = new(8, _time);
        HeapFigures figures = new(1000 * MB, TimeSpan.FromMilliseconds(10), 1000 * MB);

        Assert.Equal(4_000_000, server.Estimate(figures).Objects);
    }

    [Fact]
    public void Estimate_AfterAWalk_FollowsTheLiveBytes()
    {
        _history.Remember(new HeapFigures(100 * MB), 1_000_000, 1_100_000, TimeSpan.FromMilliseconds(200), isComplete: true);

        CaptureEstimate estimate = _history.Estimate(new HeapFigures(300 * MB));

        Assert.False(estimate.IsGuess);
        Assert.Equal(3_000_000, estimate.Objects);
        Assert.Equal((3_000_000L * 32) + (3_300_000L * 12), estimate.ReadingBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1_000_000)]
    public void Estimate_TheHeapLookedEmptyAfterTheWalk_StaysPossible(long smallBytes)
    {
        _history.Remember(new HeapFigures(smallBytes), 1_000_000, 1_000_000, TimeSpan.FromMilliseconds(200), isComplete: true);

        CaptureEstimate estimate = _history.Estimate(new HeapFigures(60 * MB));

        Assert.InRange(estimate.Objects, 1_000_000, 3_000_000);
        Assert.True(estimate.Pause < TimeSpan.FromSeconds(1), estimate.Pause.ToString());
    }

    [Fact]
    public void Estimate_AfterAWalkOnAStarvedMachine_PromisesAsMuchAndForgetsIt()
    {
        HeapFigures figures = new(100 * MB);
        _history.Remember(figures, 1_000_000, 1_000_000, TimeSpan.FromSeconds(6.25), isComplete: true);

        Assert.Equal(6.25, _history.Estimate(figures).Pause.TotalSeconds, 3);

        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, _history.Estimate(figures).Pause.TotalSeconds, 3);
    }

    [Fact]
    public void Estimate_AfterAWalkThatLostObjects_ExpectsAtLeastAsMany()
    {
        HeapFigures figures = new(100 * MB, TimeSpan.FromMilliseconds(1), 100 * MB);
        _history.Remember(figures, 900_000, 900_000, TimeSpan.FromMilliseconds(100), isComplete: false);

        CaptureEstimate estimate = _history.Estimate(figures);

        Assert.True(estimate.IsGuess);
        Assert.Equal(900_000, estimate.Objects);
    }

    [Fact]
    public void WouldLearnFrom_OnlyBeforeAnythingIsKnown()
    {
        Assert.True(_history.WouldLearnFrom(new HeapFigures(MB)));
        Assert.False(_history.WouldLearnFrom(new HeapFigures(MB, TimeSpan.FromMilliseconds(1), MB)));
        Assert.False(_history.WouldLearnFrom(new HeapFigures(350 * MB, TimeSpan.FromMilliseconds(200), 200 * MB)));

        _history.Remember(new HeapFigures(MB), 1000, 1000, TimeSpan.Zero, isComplete: true);

        Assert.False(_history.WouldLearnFrom(new HeapFigures(MB)));
    }

    // A collection right after the start, of which little was marking: scaled to the heap of today it would forbid every snapshot.
    [Fact]
    public void WouldLearnFrom_TheOnlyCollectionFoundAMuchSmallerHeap()
    {
        HeapFigures grown = new(350 * MB, TimeSpan.FromMilliseconds(6), MB);

        Assert.True(_history.Estimate(grown).Pause > TimeSpan.FromSeconds(2));
        Assert.True(_history.WouldLearnFrom(grown));
    }

    [Fact]
    public void Read_OwnHeap_IsPlausible()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);

        HeapFigures figures = HeapFigures.Read();

        Assert.InRange(figures.SmallBytes, 1, GC.GetTotalMemory(false) + (64 * MB));
        Assert.NotNull(figures.FullPause);
        Assert.True(figures.FullPauseSmallBytes > 0);
    }
}
