using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Governor;

public sealed class SnapshotGovernorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeCapture _capture = new();
    private long? _free = 1L << 40;

    private string State => _directory.Combine("memguard-snapshots", "governor");

    [Fact]
    public void Ask_FirstTime_IsAllowed()
    {
        (SnapshotPermit? permit, string? refusal) = Create().Ask(SnapshotCause.Code);

        Assert.Null(refusal);
        Assert.True(permit!.MaxBufferBytes > 0);
        permit.Dispose();
    }

    [Fact]
    public void Ask_WhileAnotherIsTaken_IsRefused()
    {
        SnapshotGovernor governor = Create();
        using SnapshotPermit? first = governor.Ask(SnapshotCause.Code).Permit;

        Assert.Equal("another snapshot is being taken", governor.Ask(SnapshotCause.Alert).RefusedBecause);
    }

    [Fact]
    public void Ask_WhileAnotherGovernorHoldsTheLock_IsRefused()
    {
        using SnapshotPermit? first = Create().Ask(SnapshotCause.Code).Permit;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("another process is taking a snapshot", Create().Ask(SnapshotCause.Code).RefusedBecause);
    }

    [Fact]
    public void Ask_AfterRelease_IsAllowedAgainAfterTheInterval()
    {
        SnapshotGovernor governor = Create();
        governor.Ask(SnapshotCause.Code).Permit!.Dispose();
        string? early = governor.Ask(SnapshotCause.Code).RefusedBecause;
        _time.Advance(TimeSpan.FromSeconds(30));

        (SnapshotPermit? permit, _) = governor.Ask(SnapshotCause.Code);

        Assert.Contains("MinimumInterval", early, StringComparison.Ordinal);
        Assert.NotNull(permit);
        permit.Dispose();
    }

    [Fact]
    public void Ask_OtherCause_WaitsAThirdOfTheInterval()
    {
        SnapshotGovernor governor = Create();
        governor.Ask(SnapshotCause.Signal).Permit!.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));

        (SnapshotPermit? permit, _) = governor.Ask(SnapshotCause.Alert);

        Assert.NotNull(permit);
        permit.Dispose();
    }

    // Each start is a new governor on the same directory, as after a crash.
    [Fact]
    public void Ask_TwentyStartsInAMinute_AllowsOnlyTheBudget()
    {
        int allowed = 0;
        for (int start = 0; start < 20; start++)
        {
            using SnapshotPermit? permit = Create().Ask(SnapshotCause.Alert).Permit;
            allowed += permit is null ? 0 : 1;
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(2, allowed);
    }

    [Fact]
    public void Ask_AllDay_StopsAtTheDayCapAndHalfOfItPerCause()
    {
        int[] allowed = new int[3];
        for (int i = 0; i < 200; i++)
        {
            SnapshotCause cause = i < 100 ? SnapshotCause.Signal : i < 190 ? SnapshotCause.Alert : SnapshotCause.Code;
            using SnapshotPermit? permit = Create().Ask(cause).Permit;
            allowed[(int)cause] += permit is null ? 0 : 1;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([0, 12, 12], allowed);
        _time.Advance(TimeSpan.FromHours(24));
        using SnapshotPermit? nextDay = Create().Ask(SnapshotCause.Code).Permit;
        Assert.NotNull(nextDay);
    }

    [Theory]
    [InlineData("")]
    [InlineData("memguard-governor 2\n")]
    [InlineData("memguard-governor 1\nAlert")]
    [InlineData("memguard-governor 1\nAlert never")]
    [InlineData("memguard-governor 1\nNobody 2026-01-01T00:00:00Z")]
    public void Ask_UnreadableState_IsRefused(string content)
    {
        Create().Ask(SnapshotCause.Code).Permit!.Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        File.WriteAllText(State, content);

        Assert.Contains("rate limit's state", Create().Ask(SnapshotCause.Code).RefusedBecause, StringComparison.Ordinal);
    }

    // The clock was ahead once: what was taken then counts as taken now, and passes like everything else.
    [Fact]
    public void Ask_StateFromTheFuture_CountsAsTakenNowAndPasses()
    {
        Create().Ask(SnapshotCause.Code).Permit!.Dispose();
        File.WriteAllText(State, "memguard-governor 1\nCode 2030-01-01T00:00:00Z");

        string? first = Create().Ask(SnapshotCause.Code).RefusedBecause;
        _time.Advance(TimeSpan.FromSeconds(20));
        string? second = Create().Ask(SnapshotCause.Code).RefusedBecause;
        _time.Advance(TimeSpan.FromSeconds(10));
        using SnapshotPermit? third = Create().Ask(SnapshotCause.Code).Permit;

        Assert.Equal("the last snapshot counts as taken 0 s ago, because the clock was ahead when it was taken; the next may be taken in 30 s (MinimumInterval)", first);
        Assert.Equal("the last snapshot counts as taken 20 s ago, because the clock was ahead when it was taken; the next may be taken in 10 s (MinimumInterval)", second);
        Assert.NotNull(third);
    }

    [Fact]
    public void Ask_ManyFromTheFuture_KeepTheirDistances()
    {
        Create().Ask(SnapshotCause.Code).Permit!.Dispose();
        IEnumerable<string> lines = Enumerable.Range(0, 24).Select(static hour => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Alert 2031-05-05T{hour:00}:00:00Z"));
        File.WriteAllText(State, "memguard-governor 1\n" + string.Join('\n', lines));

        Assert.Contains("count as taken in the last 24 hours", Create().Ask(SnapshotCause.Code).RefusedBecause, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(2));
        using SnapshotPermit? permit = Create().Ask(SnapshotCause.Code).Permit;

        Assert.NotNull(permit);
    }

    [Fact]
    public void Ask_ClockSetForward_DeletesNothingThatIsNotOld()
    {
        JumpingClock clock = new(_time);
        SnapshotStore store = new(_directory.Path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(7)));
        SnapshotGovernor governor = new(_capture, store, new GovernorLimits(), () => _free, clock);
        for (int i = 0; i < 3; i++)
        {
            using SnapshotPermit? permit = governor.Ask(SnapshotCause.Code).Permit;
            store.Publish(store.CreateDirectoryFor(clock.GetUtcNow()), governor.SteadyNow);
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        clock.Jump = TimeSpan.FromDays(400);
        governor.Ask(SnapshotCause.Code).Permit!.Dispose();

        Assert.Equal(3, Directory.GetDirectories(store.Root).Length);
    }

    // Killed in each of its captures, or refused for ever: what was begun does not pile up.
    [Fact]
    public void Ask_AfterCapturesThatWereKilled_RemovesWhatTheyLeft()
    {
        SnapshotStore store = new(_directory.Path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1)));
        store.Prepare();
        for (int i = 0; i < 5; i++)
        {
            File.WriteAllText(Path.Combine(store.CreateDirectoryFor(_time.GetUtcNow()), "heap.nettrace"), "half");
        }

        _free = 0;

        Assert.Contains("of memory", Create().Ask(SnapshotCause.Code).RefusedBecause, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(store.Root));
    }

    [Fact]
    public void Clean_AtStart_RemovesWhatWasLeftAndMakesNothing()
    {
        Create().Clean();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        SnapshotStore store = new(_directory.Path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1)));
        store.Prepare();
        store.CreateDirectoryFor(_time.GetUtcNow());

        Create().Clean();

        Assert.Empty(Directory.GetDirectories(store.Root));
    }

    [Fact]
    public void Clean_WhileASnapshotIsTaken_LeavesItAlone()
    {
        SnapshotStore store = new(_directory.Path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1)));
        SnapshotGovernor governor = Create();
        using SnapshotPermit? permit = governor.Ask(SnapshotCause.Code).Permit;
        string half = store.CreateDirectoryFor(_time.GetUtcNow());

        governor.Clean();
        Create().Clean();

        Assert.True(Directory.Exists(half));
    }

    [Fact]
    public void Ask_TooLongAPause_IsRefusedWithTheOption()
    {
        _capture.Cost = _capture.Cost with { Pause = TimeSpan.FromSeconds(3) };

        Assert.Contains("MaxPause", Create().Ask(SnapshotCause.Code).RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_TooLittleMemory_IsRefused()
    {
        _capture.Cost = new CaptureEstimate(10_000_000, TimeSpan.Zero, 500L << 20, 600L << 20);
        _free = 600L << 20;

        Assert.Equal("it would need about 632 MB of memory; 600 MB are left to the limit", Create().Ask(SnapshotCause.Code).RefusedBecause);
    }

    [Fact]
    public void Ask_TooLongAPauseByAGuess_LooksCloserFirst()
    {
        _capture.CostAfterLearning = _capture.Cost;
        _capture.Cost = _capture.Cost with { Pause = TimeSpan.FromSeconds(3), IsGuess = true };

        Assert.NotNull(Create().Ask(SnapshotCause.Code).Permit);
    }

    [Fact]
    public void Ask_TooLittleMemoryByAGuess_TriesWithWhatThereIs()
    {
        _capture.Cost = new CaptureEstimate(10_000_000, TimeSpan.Zero, 500L << 20, 600L << 20) { IsGuess = true };
        _free = 272L << 20;

        SnapshotPermit? permit = Create().Ask(SnapshotCause.Code).Permit;

        // 272 less the margin of 32, and what the buffer held must be analysed when it is gone.
        Assert.Equal((long)((240L << 20) / 1.4), permit!.MaxBufferBytes);
        Assert.Equal(0, permit.RetryBufferBytes);
    }

    // There may be more of them than there were: what fits the buffer must still be analysed within what is left.
    [Fact]
    public void Ask_CountedObjectsNearTheLimit_GetsNoLargerBufferThanCanBeAnalysed()
    {
        _capture.Cost = new CaptureEstimate(3_000_000, TimeSpan.Zero, 132L << 20, 171L << 20);
        _free = 212L << 20;

        using SnapshotPermit? permit = Create().Ask(SnapshotCause.Code).Permit;

        Assert.Equal((long)((180L << 20) / 1.4), permit!.MaxBufferBytes);
        Assert.Equal(0, permit.RetryBufferBytes);
    }

    [Fact]
    public void Ask_NotEvenTheSmallestBuffer_IsRefused()
    {
        _capture.Cost = new CaptureEstimate(10_000_000, TimeSpan.Zero, 500L << 20, 600L << 20) { IsGuess = true };
        _free = 40L << 20;

        Assert.Equal("it would need at least 54.4 MB of memory; 40 MB are left to the limit", Create().Ask(SnapshotCause.Code).RefusedBecause);
    }

    [Fact]
    public void Ask_TooLittleDiskForTheStream_IsRefused()
    {
        _capture.Cost = _capture.Cost with { Objects = long.MaxValue / 100 };

        string? refusal = Create(new GovernorLimits { KeepsStream = true }).Ask(SnapshotCause.Code).RefusedBecause;

        Assert.Contains("of disk", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_Unavailable_IsRefusedBeforeTheDiskIsTouched()
    {
        _capture.UnavailableBecause = "no endpoint";

        Assert.Equal("no endpoint", Create().Ask(SnapshotCause.Code).RefusedBecause);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Ask_AfterARefusalOfEachKind_IsFreeAgain()
    {
        SnapshotGovernor governor = Create();
        _capture.UnavailableBecause = "no endpoint";
        Assert.Equal("no endpoint", governor.Ask(SnapshotCause.Code).RefusedBecause);
        _capture.UnavailableBecause = null;
        _free = 0;
        Assert.Contains("of memory", governor.Ask(SnapshotCause.Code).RefusedBecause, StringComparison.Ordinal);
        _free = null;

        using SnapshotPermit? permit = governor.Ask(SnapshotCause.Code).Permit;

        Assert.NotNull(permit);
    }

    [Fact]
    public void Ask_Refused_UsesNoBudget()
    {
        _free = 0;
        Assert.NotNull(Create().Ask(SnapshotCause.Code).RefusedBecause);
        _free = null;

        using SnapshotPermit? permit = Create().Ask(SnapshotCause.Code).Permit;

        Assert.NotNull(permit);
    }

    [Fact]
    public void Ask_FromManyThreads_GivesOnePermitAtATime()
    {
        SnapshotGovernor governor = Create(new GovernorLimits { MinimumInterval = TimeSpan.Zero, MaxPerDay = 1000 });
        int inside = 0;
        int most = 0;

        Parallel.For(0, 200, _ =>
        {
            using SnapshotPermit? permit = governor.Ask(SnapshotCause.Code).Permit;
            if (permit is not null)
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
            }
        });

        Assert.Equal(1, most);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>A wall clock that somebody sets, beside a time that goes on.</summary>
    private sealed class JumpingClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => inner.GetTimestamp();
    }

    private SnapshotGovernor Create(GovernorLimits? limits = null) =>
        new(_capture, new SnapshotStore(_directory.Path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1))), limits ?? new GovernorLimits(), () => _free, _time);
}
