using System.Runtime.CompilerServices;
using MemGuard.Lifetimes;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Lifetimes;

public sealed class GuardedTimerTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly FakeLogger _logger = new();

    [Fact]
    public void Start_TimePasses_TicksEachPeriodUntilDisposed()
    {
        List<int> owner = [];
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static list => list.Add(1), timeProvider: _time);

        _time.Pass(TimeSpan.FromSeconds(3), step: Period);
        timer.Dispose();
        _time.Pass(TimeSpan.FromSeconds(3), step: Period);

        Assert.Equal(3, owner.Count);
        Assert.False(timer.IsActive);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(500, 3)]
    [InlineData(2500, 1)]
    public void Start_DueTime_IsTheTimeToTheFirstTickAlone(int dueMilliseconds, int ticks)
    {
        List<int> owner = [];
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static list => list.Add(1), timeProvider: _time, dueTime: TimeSpan.FromMilliseconds(dueMilliseconds));

        _time.Pass(TimeSpan.FromSeconds(3), step: TimeSpan.FromMilliseconds(500));

        Assert.Equal(ticks, owner.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => GuardedTimer.Start(owner, Period, static list => list.Add(1), timeProvider: _time, dueTime: TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Start_OwnerCollected_EndsAtTheNextTick()
    {
        GuardedTimer timer = StartUnowned();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _time.Advance(Period);

        Assert.False(timer.IsActive);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public void Start_TickHoldsTheOwner_Throws() =>
        Assert.Throws<ArgumentException>(() => GuardedTimer.Start(this, Period, Hold, timeProvider: _time));

    [Fact]
    public void Start_AsynchronousTickIsSlow_NeverOverlaps()
    {
        SlowOwner owner = new();
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static (slow, token) => slow.TickAsync(token), timeProvider: _time);

        _time.Pass(TimeSpan.FromSeconds(10), step: Period);
        Assert.Equal(1, owner.Started);
        owner.Work.SetResult();

        // The rest of the tick may run on the pool.
        Assert.True(SpinWait.SpinUntil(() => _time.ActiveTimerCount == 1, TimeSpan.FromSeconds(30)));
        _time.Advance(Period);
        Assert.Equal(2, owner.Started);
    }

    [Fact]
    public void Start_TickThrows_IsContainedCountedLoggedOnceAndGoesOn()
    {
        List<int> owner = [];
        using GuardedTimer timer = GuardedTimer.Start(owner, Period, static _ => throw new InvalidDataException(), _logger, _time);

        _time.Pass(TimeSpan.FromSeconds(3), step: Period);

        Assert.Equal((3L, 3L), (timer.TotalTicks, timer.TotalErrors));
        Assert.Contains(nameof(GuardedTimerTests), Assert.Single(_logger.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Dispose_WithinItsOwnTick_IsTheLastTick()
    {
        SelfEndingOwner owner = new();
        owner.Timer = GuardedTimer.Start(owner, Period, static own => own.Tick(), timeProvider: _time);

        _time.Pass(TimeSpan.FromSeconds(9), step: Period);

        Assert.Equal(3, owner.Ticks);
        Assert.Equal(0, owner.Timer.TotalErrors);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public void Dispose_DuringATick_CancelsItsToken()
    {
        SlowOwner owner = new();
        GuardedTimer timer = GuardedTimer.Start(owner, Period, static (slow, token) => slow.TickAsync(token), timeProvider: _time);
        _time.Advance(Period);

        timer.Dispose();

        Assert.True(owner.Token.IsCancellationRequested);
        Assert.Equal(0, _time.ActiveTimerCount);
        owner.Work.SetResult();
    }

    [Fact]
    public void GetUsage_TimersOfOneLine_AreCountedTogether()
    {
        List<int> owner = [];
        GuardedTimer[] timers = [.. Enumerable.Range(0, 5).Select(_ => GuardedTimer.Start(owner, Period, static _ => { }, timeProvider: _time, file: "/src/Orders.cs", line: 42))];

        BoundedStructureUsage during = Assert.Single(BoundedStructures.GetUsage(), static usage => usage.Name == "Orders.cs:42");
        Array.ForEach(timers, static timer => timer.Dispose());
        BoundedStructureUsage after = Assert.Single(BoundedStructures.GetUsage(), static usage => usage.Name == "Orders.cs:42");

        Assert.Equal((StructureKind.Timer, 5L), (during.Kind, during.Count));
        Assert.Equal(0, after.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private GuardedTimer StartUnowned() => GuardedTimer.Start(new List<int>(), Period, static list => list.Add(1), timeProvider: _time);

    private void Hold(GuardedTimerTests owner) => _time.Advance(Period);

    private sealed class SelfEndingOwner
    {
        public GuardedTimer? Timer { get; set; }

        public int Ticks { get; private set; }

        public void Tick()
        {
            if (++Ticks == 3)
            {
                Timer!.Dispose();
            }
        }
    }

    private sealed class SlowOwner
    {
        public TaskCompletionSource Work { get; } = new();

        public int Started { get; private set; }

        public CancellationToken Token { get; private set; }

        public async ValueTask TickAsync(CancellationToken token)
        {
            Started++;
            Token = token;
            await Work.Task;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Start_PeriodThatNoTimerHas_NamesTheRange(int days)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => GuardedTimer.Start(new object(), TimeSpan.FromDays(days), static _ => { }));

        Assert.Contains("from 00:00:00.0010000 to 49.17:02:47.2940000", exception.Message, StringComparison.Ordinal);
    }
}
