using MemGuard.Lifetimes;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Bounded.Tests.Lifetimes;

public sealed class GuardedTimerArgumentsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>2³² − 2 milliseconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(4_294_967_294);

    private readonly TimerCountingTimeProvider _time = new();

    public static TheoryData<string, Func<GuardedTimer>> Null => new()
    {
        { "owner", static () => GuardedTimer.Start<object>(null!, Second, static _ => { }) },
        { "owner", static () => GuardedTimer.Start<object>(null!, Second, static (_, _) => default) },
        { "tick", static () => GuardedTimer.Start(new object(), Second, (Action<object>)null!) },
        { "tick", static () => GuardedTimer.Start(new object(), Second, (Func<object, CancellationToken, ValueTask>)null!) },
    };

    public static TheoryData<string, TimeSpan, TimeSpan> OutOfRange => new()
    {
        { "period", TimeSpan.FromTicks(9999), Second },
        { "period", Longest + TimeSpan.FromTicks(1), Second },
        { "period", Timeout.InfiniteTimeSpan, Second },
        { "dueTime", Second, TimeSpan.FromTicks(-1) },
        { "dueTime", Second, Longest + TimeSpan.FromTicks(1) },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void Start_NullArgument_NamesIt(string parameter, Func<GuardedTimer> start)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(start).ParamName);
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Start_TimeOutOfRange_NamesItWithItsRangeAndStartsNothing(string parameter, TimeSpan period, TimeSpan dueTime)
    {
        string range = parameter == "period" ? "The period must be from 00:00:00.0010000 to 49.17:02:47.2940000." : "The due time must be from 00:00:00 to 49.17:02:47.2940000.";

        ArgumentOutOfRangeException plain = Assert.Throws<ArgumentOutOfRangeException>(() => GuardedTimer.Start(this, period, static _ => { }, timeProvider: _time, dueTime: dueTime));
        ArgumentOutOfRangeException asynchronous = Assert.Throws<ArgumentOutOfRangeException>(() => GuardedTimer.Start(this, period, static (_, _) => default, timeProvider: _time, dueTime: dueTime));

        Assert.Equal((parameter, parameter), (plain.ParamName, asynchronous.ParamName));
        Assert.StartsWith(range, plain.Message, StringComparison.Ordinal);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public void Start_TimesAtTheirEdges_IsActiveUntilDisposed()
    {
        GuardedTimer[] timers =
        [
            GuardedTimer.Start(this, TimeSpan.FromMilliseconds(1), static _ => { }, timeProvider: _time),
            GuardedTimer.Start(this, Longest, static _ => { }, timeProvider: _time),
            GuardedTimer.Start(this, Second, static (_, _) => default, timeProvider: _time, dueTime: Longest),
        ];

        Assert.All(timers, static timer => Assert.True(timer.IsActive));
        Assert.Equal(3, _time.ActiveTimerCount);
        Array.ForEach(timers, static timer => timer.Dispose());
        Array.ForEach(timers, static timer => timer.Dispose());

        Assert.All(timers, static timer => Assert.False(timer.IsActive));
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public void Start_TickHoldsTheOwner_SaysWhatToDo()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => GuardedTimer.Start(this, Second, Tick, timeProvider: _time));

        Assert.Equal("tick", refused.ParamName);
        Assert.StartsWith("The tick holds its owner, which would never be collected: make it static and use its parameter.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("tick", Assert.Throws<ArgumentException>(() => GuardedTimer.Start(this, Second, TickAsync, timeProvider: _time)).ParamName);
    }

    [Fact]
    public void Tick_Throws_IsCountedAndSaidOnceWithItsSite()
    {
        FakeLogger logger = new();
        using GuardedTimer timer = GuardedTimer.Start(this, Second, static _ => throw new InvalidDataException(), logger, _time, TimeSpan.Zero, "/src/Orders.cs", 43);

        _time.Advance(TimeSpan.Zero);
        _time.Advance(Second);

        Assert.Equal((2L, 2L), (timer.TotalTicks, timer.TotalErrors));
        Assert.Equal("A tick of the timer started at Orders.cs:43 threw; the timer goes on. Next: handle it there. Said once, later ones are counted.", Assert.Single(logger.Collector.GetSnapshot()).Message);
    }

    private void Tick(GuardedTimerArgumentsTests owner) => _time.Advance(Second);

    private ValueTask TickAsync(GuardedTimerArgumentsTests owner, CancellationToken cancellationToken)
    {
        _time.Advance(Second);
        return default;
    }
}
