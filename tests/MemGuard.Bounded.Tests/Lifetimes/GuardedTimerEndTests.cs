using System.Runtime.CompilerServices;
using MemGuard.Lifetimes;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Lifetimes;

public sealed class GuardedTimerEndTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TimerCountingTimeProvider _time = new();

    [Fact]
    public void Dispose_DuringATickThatObeysItsToken_IsNoError()
    {
        using Waiting owner = new();
        GuardedTimer timer = GuardedTimer.Start(owner, Period, static (waiting, token) => waiting.TickAsync(token), timeProvider: _time);
        _time.Advance(Period);

        timer.Dispose();
        owner.Go.SetCanceled(owner.Token);

        Assert.True(owner.Ended.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal((1L, 0L), (timer.TotalTicks, timer.TotalErrors));
    }

    [Fact]
    public void Start_TickIsCancelledWhileTheTimerGoesOn_IsAnError()
    {
        object owner = new();
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static _ => throw new OperationCanceledException("planted"), timeProvider: _time);

        _time.Advance(Period);

        Assert.Equal(1, timer.TotalErrors);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Dispose_CallbackOnTheTicksTokenThrows_IsContained()
    {
        using Waiting owner = new();
        GuardedTimer timer = GuardedTimer.Start(owner, Period, static (waiting, token) => waiting.TickAsync(token), timeProvider: _time);
        _time.Advance(Period);
        using CancellationTokenRegistration registration = owner.Token.Register(static () => throw new TimeoutException("planted"));

        timer.Dispose();
        timer.Dispose();

        Assert.False(timer.IsActive);
        Assert.Equal(0, _time.ActiveTimerCount);
        owner.Go.SetResult();
    }

    [Fact]
    public void Start_LoggerThrows_TheTimerGoesOn()
    {
        object owner = new();
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static _ => throw new TimeoutException("planted"), new ThrowingLogger(), _time);

        _time.Pass(TimeSpan.FromSeconds(2), step: Period);

        Assert.Equal((2L, 2L), (timer.TotalTicks, timer.TotalErrors));
        Assert.Equal(1, _time.ActiveTimerCount);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Start_OwnerOfAnAsynchronousTickCollected_EndsAtTheNextTick()
    {
        GuardedTimer timer = StartUnowned();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _time.Advance(Period);

        Assert.False(timer.IsActive);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private GuardedTimer StartUnowned() => GuardedTimer.Start(new object(), Period, static (_, _) => default, timeProvider: _time);

    private sealed class Waiting : IDisposable
    {
        public TaskCompletionSource Go { get; } = new();

        public ManualResetEventSlim Ended { get; } = new();

        public CancellationToken Token { get; private set; }

        public void Dispose() => Ended.Dispose();

        public async ValueTask TickAsync(CancellationToken token)
        {
            Token = token;
            try
            {
                await Go.Task.ConfigureAwait(false);
            }
            finally
            {
                Ended.Set();
            }
        }
    }
}
