using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>Which way is taken, and what is said of it.</summary>
public sealed class ChosenCaptureTests
{
    private readonly FakeCapture _preferred = new();
    private readonly FakeCapture _fallback = new();
    private readonly List<string> _told = [];

    [Fact]
    public void Capture_PreferredWorks_TakesIt()
    {
        using CapturedHeap heap = Choose().Capture(1 << 20, null, CancellationToken.None);

        Assert.Equal((1, 0), (_preferred.Buffers.Count, _fallback.Buffers.Count));
        Assert.Empty(_told);
    }

    [Fact]
    public void Capture_PreferredUnavailable_TakesTheOtherAndSaysWhyOnce()
    {
        _preferred.UnavailableBecause = "no fork here";
        ChosenCapture chosen = Choose();

        using CapturedHeap first = chosen.Capture(1 << 20, null, CancellationToken.None);
        using CapturedHeap second = chosen.Capture(1 << 20, null, CancellationToken.None);

        Assert.Equal("event pipe, because no fork here", first.CapturedBy);
        Assert.Equal("event pipe, because no fork here", second.CapturedBy);
        Assert.Equal(["no fork here"], _told);
    }

    [Fact]
    public void Capture_PreferredEnds_TakesTheOtherWhereItIsAffordable()
    {
        _preferred.Fails = new CaptureEndedException("the canary was not found");

        using CapturedHeap heap = Choose().Capture(1 << 20, null, CancellationToken.None);

        Assert.Equal("event pipe, because the canary was not found", heap.CapturedBy);
    }

    [Theory]
    [InlineData(5000, 50_000)]
    [InlineData(1, 2 << 20)]
    public void Capture_PreferredEndsAndTheOtherCostsMoreThanAllowed_IsGivenUp(int pauseMilliseconds, long streamBytes)
    {
        _preferred.Fails = new CaptureEndedException("memory ran short");
        _fallback.Cost = new CaptureEstimate(1000, TimeSpan.FromMilliseconds(pauseMilliseconds), streamBytes, 0);

        CaptureEndedException ended = Assert.Throws<CaptureEndedException>(() => Choose().Capture(1 << 20, null, CancellationToken.None));

        Assert.Equal("memory ran short", ended.Message);
        Assert.Empty(_fallback.Buffers);
    }

    [Fact]
    public void Capture_StreamWanted_TakesTheWayThatHasOne()
    {
        using MemoryStream stream = new();
        using CapturedHeap heap = Choose().Capture(1 << 20, stream, CancellationToken.None);

        Assert.Equal((0, 1), (_preferred.Buffers.Count, _fallback.Buffers.Count));
        Assert.True(stream.Length > 0);
    }

    [Fact]
    public void IsAvailable_NeitherWorks_SaysBothReasons()
    {
        _preferred.UnavailableBecause = "no fork here";
        _fallback.UnavailableBecause = "no endpoint either";

        Assert.False(Choose().IsAvailable(out string? reason));
        Assert.Equal("no fork here; and no endpoint either", reason);
    }

    [Fact]
    public void FindObstacle_IsThatOfTheWayThatWillBeTaken()
    {
        _fallback.ObstructedBy = "collectible assemblies are being loaded";

        Assert.Null(Choose().FindObstacle());
        _preferred.UnavailableBecause = "no fork here";
        Assert.Equal("no fork here; and collectible assemblies are being loaded", Choose().FindObstacle());
    }

    [Fact]
    public void Capture_PreferredEndsWhileSomethingStandsAgainstTheOther_IsGivenUp()
    {
        _preferred.Fails = new CaptureEndedException("memory ran short");
        _fallback.ObstructedBy = "collectible assemblies are being loaded";

        CaptureEndedException ended = Assert.Throws<CaptureEndedException>(() => Choose().Capture(1 << 20, null, CancellationToken.None));

        Assert.Equal("memory ran short; and collectible assemblies are being loaded", ended.Message);
        Assert.Empty(_fallback.Buffers);
    }

    [Fact]
    public void Capture_SomethingStandsAgainstThePreferred_TakesTheOther()
    {
        _preferred.ObstructedBy = "memory is short";

        using CapturedHeap heap = Choose().Capture(1 << 20, null, CancellationToken.None);

        Assert.Null(Choose().FindObstacle());
        Assert.Equal("event pipe, because memory is short", heap.CapturedBy);
        Assert.Empty(_preferred.Buffers);
    }

    [Fact]
    public void FindObstacle_SomethingStandsAgainstThePreferredAndTheOtherIsUnavailable_SaysBoth()
    {
        _preferred.ObstructedBy = "memory is short";
        _fallback.UnavailableBecause = "no endpoint";

        Assert.True(Choose().IsAvailable(out _));
        Assert.Equal("memory is short; and no endpoint", Choose().FindObstacle());
    }

    [Fact]
    public void Dispose_EndsBoth()
    {
        using OwningCapture preferred = new();
        using OwningCapture fallback = new();

        new ChosenCapture(preferred, fallback, TimeSpan.FromSeconds(2), _told.Add).Dispose();

        Assert.True(preferred.IsDisposed && fallback.IsDisposed);
    }

    private ChosenCapture Choose() => new(_preferred, _fallback, TimeSpan.FromSeconds(2), _told.Add);

    private sealed class OwningCapture : IHeapCapture, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public bool IsAvailable(out string? reason)
        {
            reason = null;
            return true;
        }

        public CaptureEstimate Estimate() => new(1, TimeSpan.Zero, 1, 1);

        public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }
}
