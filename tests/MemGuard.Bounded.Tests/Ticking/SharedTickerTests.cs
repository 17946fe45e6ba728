using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Ticking;

public sealed class SharedTickerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Add_OwnTimeProvider_TicksWithItsClockUntilTheTargetSaysNo()
    {
        TimerCountingTimeProvider time = new();
        CountingTarget target = new(ticksWanted: 3);
        long start = SharedTicker.GetMilliseconds(time);

        SharedTicker.Add(target, time);
        time.Pass(TimeSpan.FromSeconds(1), step: target.TickPeriod);

        Assert.Equal([20, 40, 60], target.Ticks.Select(tick => tick - start));
        Assert.Equal(0, time.ActiveTimerCount);
    }

    [Fact]
    public void Add_OwnTimeProviderLeaps_TicksOnceNotOncePerMissedPeriod()
    {
        SuspendedTimeProvider time = new();
        CountingTarget target = new(ticksWanted: 100);
        long start = SharedTicker.GetMilliseconds(time);

        SharedTicker.Add(target, time);
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal([3_600_000], target.Ticks.Select(tick => tick - start));
    }

    [Fact]
    public void Add_OwnTimeProviderAndThrowingTarget_KeepsTicking()
    {
        FakeTimeProvider time = new();
        CountingTarget target = new(ticksWanted: 3) { Throws = true };

        SharedTicker.Add(target, time);
        time.Advance(TimeSpan.FromMilliseconds(40));

        Assert.Equal(2, target.Ticks.Count);
    }

    [Fact]
    public void Add_OwnTimeProviderAndCollectedTarget_LeavesNoTimer()
    {
        TimerCountingTimeProvider time = new();
        AddUnreferenced(target => SharedTicker.Add(target, time));
        Assert.Equal(1, time.ActiveTimerCount);

        Collect();
        time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(0, time.ActiveTimerCount);
    }

    [Fact]
    public void ThreadAdd_TargetSaysNo_ThreadEnds()
    {
        TickerThread ticker = new();
        CountingTarget target = new(ticksWanted: 2);

        ticker.Add(target);

        Assert.True(target.JoinThread(Patience));
        Assert.Equal(2, target.Ticks.Count);
        Assert.True(target.Ticks[0] <= target.Ticks[1]);
    }

    [Fact]
    public void ThreadAdd_AfterTheThreadEnded_StartsAnother()
    {
        TickerThread ticker = new();
        CountingTarget first = new(ticksWanted: 1);
        ticker.Add(first);
        Assert.True(first.JoinThread(Patience));
        CountingTarget second = new(ticksWanted: 1);

        ticker.Add(second);

        Assert.True(SpinWait.SpinUntil(() => second.Ticks.Count == 1, Patience));
    }

    [Fact]
    public void ThreadAdd_CollectedTarget_ThreadEnds()
    {
        TickerThread ticker = new();
        ThreadBox box = new();
        AddAndForgetOnceTicked(ticker, box);

        bool hasEnded = SpinWait.SpinUntil(
            () =>
            {
                Collect();
                return box.Thread is { IsAlive: false };
            },
            Patience);

        Assert.True(hasEnded);
    }

    [Fact]
    public void ThreadAdd_ThrowingTarget_IsContainedAndTickedAgain()
    {
        TickerThread ticker = new();
        CountingTarget target = new(ticksWanted: 100) { Throws = true };

        ticker.Add(target);

        Assert.True(SpinWait.SpinUntil(() => target.Ticks.Count >= 2, Patience));
        GC.KeepAlive(target);
    }

    [Fact]
    public void ThreadAdd_RunningTarget_MovesTheCoarseClock()
    {
        TickerThread ticker = new();
        CountingTarget target = new(ticksWanted: int.MaxValue);
        ticker.Add(target);
        long before = ticker.CoarseMilliseconds;

        Assert.True(SpinWait.SpinUntil(() => ticker.CoarseMilliseconds > before, Patience));
        GC.KeepAlive(target);
    }

    [Fact]
    public void GetMilliseconds_NanosecondFrequencyAfterYears_DoesNotOverflow()
    {
        NanosecondTimeProvider time = new(TimeSpan.FromDays(36_500));

        Assert.Equal((long)TimeSpan.FromDays(36_500).TotalMilliseconds, SharedTicker.GetMilliseconds(time));
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddUnreferenced(Action<ITickTarget> add) => add(new CountingTarget(ticksWanted: int.MaxValue));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddAndForgetOnceTicked(TickerThread ticker, ThreadBox box)
    {
        CountingTarget target = new(ticksWanted: int.MaxValue) { Box = box };
        ticker.Add(target);
        Assert.True(SpinWait.SpinUntil(() => box.Thread is not null, Patience));
        GC.KeepAlive(target);
    }

    private sealed class CountingTarget(int ticksWanted) : ITickTarget
    {
        public List<long> Ticks { get; } = [];

        public bool Throws { get; init; }

        public ThreadBox Box { get; init; } = new();

        public TimeSpan TickPeriod => TimeSpan.FromMilliseconds(20);

        public bool Tick(long nowMilliseconds)
        {
            Box.Thread = Thread.CurrentThread;
            Ticks.Add(nowMilliseconds);
            return Throws ? throw new InvalidOperationException("planted") : Ticks.Count < ticksWanted;
        }

        /// <summary>Waits for the end of the thread that ticks this.</summary>
        public bool JoinThread(TimeSpan patience) => SpinWait.SpinUntil(() => Box.Thread is not null, patience) && Box.Thread!.Join(patience);
    }

    /// <summary>The thread that ticked a target; outlives the target.</summary>
    private sealed class ThreadBox
    {
        public volatile Thread? Thread;
    }

    private sealed class NanosecondTimeProvider(TimeSpan uptime) : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => uptime.Ticks * 100;
    }
}
