using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Sampling;

public sealed class SamplingLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly InternalFaults _faults;

    public SamplingLoopTests() => _faults = new InternalFaults(_logger, _time);

    [Fact]
    public void Tick_SampleTaken_HandsItOn()
    {
        List<MemorySample> seen = [];
        using SamplingLoop loop = Create(() => new MemorySample { GCIndex = 7 }, seen.Add);

        loop.Tick();

        Assert.Equal(7, Assert.Single(seen).GCIndex);
    }

    [Fact]
    public void Tick_SamplerTakesTime_RecordsTheDuration()
    {
        using SamplingLoop loop = Create(() => AfterMilliseconds(7), _ => AfterMilliseconds(5));

        loop.Tick();

        Assert.Equal(TimeSpan.FromMilliseconds(12), loop.LastDuration);
    }

    [Fact]
    public void Tick_SamplerThrows_SaysSoOnceAndGoesOn()
    {
        int calls = 0;
        int handed = 0;
        using SamplingLoop loop = Create(
            () => ++calls % 2 == 1 ? throw new InvalidOperationException("sampler") : default,
            _ => handed++);

        for (int i = 0; i < 10; i++)
        {
            loop.Tick();
        }

        Assert.Equal(5, handed);
        Assert.Equal(5, _faults.TotalCount);
        Assert.Single(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public void Tick_CallbackThrowsForHours_IsLoggedOncePerHour()
    {
        using SamplingLoop loop = Create(() => default, _ => throw new InvalidOperationException("callback"));

        for (int minute = 0; minute < 121; minute++)
        {
            loop.Tick();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(121, _faults.TotalCount);
        Assert.Equal(3, _logger.Collector.Count);
    }

    [Fact]
    public void Tick_ClockThrows_StillSamples()
    {
        BackwardsTimeProvider time = new();
        int seen = 0;
        using SamplingLoop loop = new(() => default, TimeSpan.FromSeconds(1), time, _ => seen++, _faults);
        time.Failure = new InvalidOperationException("clock");

        loop.Tick();

        Assert.Equal(1, seen);
        Assert.True(_faults.TotalCount > 0);
    }

    [Fact]
    public void Start_RealClock_SamplesOnABackgroundThreadOfItsOwn()
    {
        using CountdownEvent ticks = new(3);
        Thread? thread = null;
        using SamplingLoop loop = Create(
            () => default,
            _ =>
            {
                thread = Thread.CurrentThread;
                Signal(ticks);
            },
            TimeProvider.System);

        loop.Start();

        Assert.True(ticks.Wait(Patience));
        Assert.True(thread!.IsBackground);
        Assert.False(thread.IsThreadPoolThread);
        Assert.Equal("MemGuard sampler", thread.Name);
    }

    [Fact]
    public void Start_ClockLeapsBackAndStands_GoesOnSampling()
    {
        BackwardsTimeProvider time = new() { Now = TimeSpan.FromHours(5) };
        using CountdownEvent ticks = new(4);
        using SamplingLoop loop = Create(
            () => default,
            _ =>
            {
                time.Now = TimeSpan.Zero;
                Signal(ticks);
            },
            time);

        loop.Start();

        Assert.True(ticks.Wait(Patience));
    }

    [Fact]
    public void Stop_WhileWaitingForAnHour_EndsTheThreadAtOnce()
    {
        using ManualResetEventSlim first = new();
        Thread? thread = null;
        int ticks = 0;
        using SamplingLoop loop = Create(
            () => default,
            _ =>
            {
                ticks++;
                thread = Thread.CurrentThread;
                first.Set();
            },
            TimeProvider.System,
            TimeSpan.FromHours(1));
        loop.Start();
        Assert.True(first.Wait(Patience));

        loop.Dispose();

        Assert.True(thread!.Join(Patience));
        Assert.Equal(1, ticks);
    }

    [Fact]
    public void Stop_FromTheCallback_EndsWithoutWaitingForItself()
    {
        using ManualResetEventSlim stopped = new();
        SamplingLoop? loop = null;
        loop = Create(
            () => default,
            _ =>
            {
                loop!.Dispose();
                stopped.Set();
            },
            TimeProvider.System);

        loop.Start();

        Assert.True(stopped.Wait(Patience));
        loop.Dispose();
    }

    [Fact]
    public void Start_AfterStop_SamplesAgain()
    {
        using CountdownEvent ticks = new(2);
        using SamplingLoop loop = Create(() => default, _ => Signal(ticks), TimeProvider.System, TimeSpan.FromHours(1));

        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => ticks.CurrentCount == 1, Patience));
        loop.Dispose();
        loop.Start();

        Assert.True(ticks.Wait(Patience));
    }

    [Fact]
    public void Interval_ShortenedWhileWaiting_TakesEffect()
    {
        using CountdownEvent ticks = new(3);
        using SamplingLoop loop = Create(() => default, _ => Signal(ticks), TimeProvider.System, TimeSpan.FromHours(1));
        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => ticks.CurrentCount == 2, Patience));

        loop.Interval = TimeSpan.FromMilliseconds(10);

        Assert.True(ticks.Wait(Patience));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Interval_NotPositive_Throws(int seconds)
    {
        using SamplingLoop loop = Create(() => default, _ => { });

        Assert.Throws<ArgumentOutOfRangeException>(() => loop.Interval = TimeSpan.FromSeconds(seconds));
    }

    private static void Signal(CountdownEvent ticks)
    {
        if (!ticks.IsSet)
        {
            ticks.Signal();
        }
    }

    private MemorySample AfterMilliseconds(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return default;
    }

    private SamplingLoop Create(Func<MemorySample> sample, Action<MemorySample> onSample, TimeProvider? time = null, TimeSpan? interval = null) =>
        new(sample, interval ?? TimeSpan.FromMilliseconds(20), time ?? _time, onSample, _faults);
}
