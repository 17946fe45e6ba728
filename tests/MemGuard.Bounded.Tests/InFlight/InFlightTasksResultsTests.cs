using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Bounded.Tests.InFlight;

/// <summary>Arguments, counters, exact times, and what the log says.</summary>
public sealed class InFlightTasksResultsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly FakeLogger _logger = new();

    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        InFlightTasksOptions options = new();

        Assert.Equal(("in_flight_tasks", 0, InFlightFullMode.Wait), (options.Name, options.Capacity, options.FullMode));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), (options.StuckAfter, options.DrainTimeout));
        Assert.Null(options.Logger);
    }

    [Fact]
    public async Task AnyMethod_NullArgument_NamesItAndCountsNothing()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Reject);

        Assert.Equal("options", Assert.Throws<ArgumentNullException>(static () => new InFlightTasks(null!)).ParamName);
        Assert.Equal("work", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await tasks.RunAsync(null!))).ParamName);
        Assert.Equal("task", Assert.Throws<ArgumentNullException>(() => tasks.TryTrack(null!)).ParamName);
        Assert.Equal(new InFlightTasksStatistics(), tasks.GetStatistics());
    }

    [Fact]
    public async Task GetStatistics_TasksEndedInEveryWay_CountsEach()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Reject);
        TaskCompletionSource first = new();
        TaskCompletionSource second = new();
        await tasks.RunAsync(static _ => Task.CompletedTask);
        await tasks.RunAsync(static _ => null!);
        await tasks.RunAsync(static _ => throw new InvalidDataException());
        await tasks.RunAsync(static _ => Task.FromCanceled(new CancellationToken(canceled: true)));
        Assert.True(tasks.TryTrack(Task.CompletedTask));
        Assert.True(await tasks.RunAsync(_ => first.Task, member: "Import", line: 7));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(tasks.TryTrack(second.Task, "Export", 8));
        Assert.False(tasks.TryTrack(Task.CompletedTask));
        Assert.False(await tasks.RunAsync(static _ => Task.CompletedTask));

        InFlightTasksStatistics during = tasks.GetStatistics();
        BoundedStructureUsage usage = ((IBoundedStructure)tasks).GetUsage();
        first.SetResult();
        Assert.True(SpinWait.SpinUntil(() => tasks.Count == 1, Patience));
        InFlightTasksStatistics later = tasks.GetStatistics();
        second.SetResult();
        Assert.True(SpinWait.SpinUntil(() => tasks.Count == 0, Patience));

        InFlightTasksStatistics expected = new()
        {
            CurrentCount = 2,
            TotalStarted = 7,
            TotalSucceeded = 3,
            TotalFailed = 1,
            TotalCanceled = 1,
            TotalRejected = 2,
            OldestAge = TimeSpan.FromSeconds(2),
            OldestOrigin = "Import, line 7",
        };
        Assert.Equal(expected, during);
        Assert.Equal(expected with { CurrentCount = 1, TotalSucceeded = 4, OldestAge = TimeSpan.Zero, OldestOrigin = "Export, line 8" }, later);
        Assert.Equal(
            new BoundedStructureUsage { Name = "work", Kind = StructureKind.InFlightTasks, Count = 2, Capacity = 2, TotalRefusals = 2, OldestAge = TimeSpan.FromSeconds(2) }, usage);
        Assert.Equal((null, null), (tasks.GetStatistics().OldestAge, tasks.GetStatistics().OldestOrigin));
    }

    [Fact]
    public async Task RunAsync_TokenIsCancelledAlready_StartsNothing()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Wait);
        bool isStarted = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await tasks.RunAsync(
            _ =>
            {
                isStarted = true;
                return Task.CompletedTask;
            },
            new CancellationToken(canceled: true)));

        Assert.False(isStarted);
        Assert.Equal(new InFlightTasksStatistics(), tasks.GetStatistics());
    }

    [Fact]
    public async Task Tick_ExactlyAtTheAge_IsStuckAndNamedInWords()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Reject);
        TaskCompletionSource work = new();
        await tasks.RunAsync(_ => work.Task, member: "Import", line: 7);

        _time.Step(TimeSpan.FromSeconds(59));
        Assert.Equal(0, tasks.GetStatistics().TotalStuck);
        _time.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(1, tasks.GetStatistics().TotalStuck);
        _time.Step(TimeSpan.FromSeconds(5));

        Assert.Equal(1, tasks.GetStatistics().TotalStuck);
        Assert.Equal(
            "The background task started in Import, line 7 has been under way for 00:01:00 and counts against the bound of 'work'. Next: give it a timeout, or raise StuckAfter if that is normal.",
            Assert.Single(_logger.Collector.GetSnapshot()).Message);
        work.SetResult();
    }

    [Fact]
    public async Task Tick_NothingIsUnderWay_EndsItsTimerAndTheNextTaskStartsIt()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Reject);
        Assert.Equal(0, _time.ActiveTimerCount);
        await tasks.RunAsync(static _ => Task.CompletedTask);
        Assert.Equal(1, _time.ActiveTimerCount);

        _time.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _time.ActiveTimerCount);
        await tasks.RunAsync(static _ => Task.CompletedTask);

        Assert.Equal(1, _time.ActiveTimerCount);
    }

    [Fact]
    public async Task RunAsync_StuckAfterForEver_NeedsNoTimer()
    {
        InFlightTasks tasks = new(new InFlightTasksOptions { Capacity = 1, StuckAfter = Timeout.InfiniteTimeSpan }, _time);
        TaskCompletionSource work = new();

        await tasks.RunAsync(_ => work.Task);

        Assert.Equal(0, _time.ActiveTimerCount);
        work.SetResult();
    }

    [Fact]
    public async Task DrainAsync_SomeAreLeft_SaysHowManyAndTheOldest()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Wait);
        TaskCompletionSource<CancellationToken> started = new();
        TaskCompletionSource work = new();
        await tasks.RunAsync(
            token =>
            {
                started.SetResult(token);
                return work.Task;
            },
            member: "Import",
            line: 7);
        Task<int> drain = tasks.DrainAsync(TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(drain.IsCompleted);
        Assert.False((await started.Task).IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, await drain.WaitAsync(Patience));
        Assert.True((await started.Task).IsCancellationRequested);
        Assert.Equal(
            "1 background tasks of 'work' were still under way at the end of the drain, the oldest started in Import, line 7; they were cancelled. Next: let them heed their token, or drain longer.",
            Assert.Single(_logger.Collector.GetSnapshot()).Message);
        Assert.False(tasks.TryTrack(Task.CompletedTask));
        Assert.False(await tasks.RunAsync(static _ => Task.CompletedTask));
        work.SetResult();
        Assert.Equal(0, await tasks.DrainAsync(Timeout.InfiniteTimeSpan).WaitAsync(Patience));
    }

    [Fact]
    public async Task DrainAsync_TimeOutOfRange_SaysItsRange()
    {
        InFlightTasks tasks = Create(InFlightFullMode.Wait);

        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => tasks.DrainAsync(TimeSpan.FromTicks(-1)));

        Assert.Equal("timeout", refused.ParamName);
        Assert.StartsWith("The time must be zero or more, or infinite.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await tasks.DrainAsync(TimeSpan.MaxValue));
    }

    [Fact]
    public void InFlightList_EntriesComeAndGo_AreUsedAgain()
    {
        InFlightList list = new(static _ => { });
        InFlightTask first = list.Add("a", 1, 0);
        list.Remove(first);

        for (int i = 0; i < 1000; i++)
        {
            InFlightTask entry = list.Add("b", 2, 7);
            Assert.Same(first, entry);
            Assert.Equal(("b, line 2", 7L, false), (entry.Origin, entry.StartedMilliseconds, entry.IsReported));
            entry.IsReported = true;
            list.Remove(entry);
        }

        Assert.Equal(0, list.Count);
        Assert.Null(list.Oldest);
    }

    private InFlightTasks Create(InFlightFullMode mode) => new(new InFlightTasksOptions { Name = "work", Capacity = 2, FullMode = mode, Logger = _logger }, _time);
}
