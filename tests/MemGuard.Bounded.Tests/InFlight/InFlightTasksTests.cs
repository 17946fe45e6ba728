using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.InFlight;

public sealed class InFlightTasksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();

    [Theory]
    [InlineData(nameof(InFlightTasksOptions.Capacity), 0, 60)]
    [InlineData(nameof(InFlightTasksOptions.StuckAfter), 1, 0)]
    public void Constructor_OptionOutOfRange_ThrowsAndNamesIt(string option, int capacity, int stuckSeconds)
    {
        InFlightTasksOptions options = new() { Capacity = capacity, StuckAfter = TimeSpan.FromSeconds(stuckSeconds) };

        Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(() => new InFlightTasks(options)).ParamName);
    }

    [Fact]
    public async Task RunAsync_TaskEnds_RemovesItself()
    {
        await using InFlightTasks tasks = Create(10);
        TaskCompletionSource work = new();

        Assert.True(await tasks.RunAsync(_ => work.Task));
        Assert.Equal(1, tasks.Count);
        work.SetResult();
        await tasks.DrainAsync(Patience);

        Assert.Equal(0, tasks.Count);
        Assert.Equal(1, tasks.GetStatistics().TotalSucceeded);
    }

    [Fact]
    public async Task RunAsync_ManyTimesOnOneToken_LeavesNothingOnIt()
    {
        await using InFlightTasks tasks = Create(1);
        using CancellationTokenSource cancel = new();
        List<WeakReference> works = [];
        for (int i = 0; i < 20; i++)
        {
            works.Add(await RunOnceAsync(tasks, i, cancel.Token));
        }

        await Task.Yield();
        bool areCollected = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return works.TrueForAll(static work => !work.IsAlive);
            },
            Patience);

        Assert.True(areCollected);
        Assert.Equal(40, tasks.GetStatistics().TotalSucceeded);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task<WeakReference> RunOnceAsync(InFlightTasks tasks, int number, CancellationToken token)
        {
            TaskCompletionSource<int> go = new();
            Func<CancellationToken, Task> work = async _ => Assert.Equal(number, await go.Task);
            await tasks.RunAsync(work, token);
            Task<bool> waiting = tasks.RunAsync(static _ => Task.CompletedTask, token).AsTask();
            Assert.False(waiting.IsCompleted);
            go.SetResult(number);
            Assert.True(await waiting);
            return new WeakReference(work);
        }
    }

    [Fact]
    public async Task RunAsync_FullAndReject_StartsNothing()
    {
        await using InFlightTasks tasks = Create(1, InFlightFullMode.Reject);
        TaskCompletionSource work = new();
        await tasks.RunAsync(_ => work.Task);
        bool isStarted = false;

        bool isTaken = await tasks.RunAsync(_ =>
        {
            isStarted = true;
            return Task.CompletedTask;
        });

        Assert.False(isTaken || isStarted);
        Assert.Equal(1, tasks.GetStatistics().TotalRejected);
        work.SetResult();
    }

    [Fact]
    public async Task RunAsync_FullAndWait_StartsWhenOneEnds()
    {
        await using InFlightTasks tasks = Create(1);
        TaskCompletionSource work = new();
        await tasks.RunAsync(_ => work.Task);

        Task<bool> second = tasks.RunAsync(static _ => Task.CompletedTask).AsTask();
        Assert.False(second.IsCompleted);
        work.SetResult();

        Assert.True(await second.WaitAsync(Patience));
    }

    [Fact]
    public async Task RunAsync_WaitsForRoomWhenADrainBegins_IsRefused()
    {
        InFlightTasks tasks = Create(1);
        TaskCompletionSource neverEnds = new();
        await tasks.RunAsync(_ => neverEnds.Task);
        Task<bool> waiting = tasks.RunAsync(static _ => Task.CompletedTask).AsTask();
        Assert.False(waiting.IsCompleted);

        int left = await tasks.DrainAsync(TimeSpan.Zero);

        Assert.False(await waiting.WaitAsync(Patience));
        Assert.Equal((1, 1L), (left, tasks.GetStatistics().TotalRejected));
        Assert.False(await tasks.RunAsync(static _ => Task.CompletedTask).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task RunAsync_SeveralWaitForRoom_AreServedInOrderAndNeverOvertaken()
    {
        await using InFlightTasks tasks = Create(1);
        TaskCompletionSource[] works = [new(), new(), new()];
        List<int> started = [];
        Task<bool>[] runs = [.. works.Select((work, index) => tasks.RunAsync(_ =>
        {
            started.Add(index);
            return work.Task;
        }).AsTask())];

        works[0].SetResult();
        Assert.False(tasks.TryTrack(new TaskCompletionSource().Task));
        Assert.True(await runs[1].WaitAsync(Patience));
        works[1].SetResult();
        Assert.True(await runs[2].WaitAsync(Patience));
        works[2].SetResult();

        Assert.Equal([0, 1, 2], started);
    }

    [Fact]
    public async Task RunAsync_ManyUnderCancellation_NeverExceedsTheBoundAndForgetsNobody()
    {
        InFlightTasks tasks = Create(3);
        int running = 0;
        int most = 0;
        int ran = 0;
        Task<bool>[] runs = [.. Enumerable.Range(0, 2000).Select(index => Task.Run(async () =>
        {
            using CancellationTokenSource cancel = new();
            ValueTask<bool> run = tasks.RunAsync(WorkAsync, cancel.Token);
            if (index % 3 == 0)
            {
                await cancel.CancelAsync();
            }

            try
            {
                return await run;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }))];

        bool[] isStarted = await Task.WhenAll(runs).WaitAsync(Patience);
        Assert.Equal(0, await tasks.DrainAsync(Patience));

        Assert.Equal(ran, isStarted.Count(static started => started));
        Assert.InRange(most, 1, 3);
        InFlightTasksStatistics statistics = tasks.GetStatistics();
        Assert.Equal((ran, ran, 0), (statistics.TotalStarted, statistics.TotalSucceeded, statistics.CurrentCount));

        async Task WorkAsync(CancellationToken token)
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Interlocked.Increment(ref ran);
            await Task.Yield();
            Interlocked.Decrement(ref running);
        }

        static void InterlockedMax(ref int target, int value)
        {
            int seen;
            while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
            {
            }
        }
    }

    [Fact]
    public async Task RunAsync_TokenCancelledWhileWaitingForRoom_ThrowsWithThatToken()
    {
        InFlightTasks tasks = Create(1);
        TaskCompletionSource work = new();
        using CancellationTokenSource cancel = new();
        await tasks.RunAsync(_ => work.Task);
        Task<bool> waiting = tasks.RunAsync(static _ => Task.CompletedTask, cancel.Token).AsTask();

        await cancel.CancelAsync();

        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        work.SetResult();
        await tasks.DisposeAsync();
    }

    [Fact]
    public async Task RunAsync_WorkFails_IsObservedCountedAndLoggedWithItsOrigin()
    {
        await using InFlightTasks tasks = Create(10);

        await tasks.RunAsync(static _ => Task.FromException(new InvalidDataException()));
        await tasks.RunAsync(static _ => throw new InvalidDataException());

        Assert.Equal(2, tasks.GetStatistics().TotalFailed);
        Assert.Equal(0, tasks.Count);
        Assert.All(_logger.Collector.GetSnapshot(), entry => Assert.Contains(nameof(RunAsync_WorkFails_IsObservedCountedAndLoggedWithItsOrigin), entry.Message, StringComparison.Ordinal));
        Assert.Equal(2, _logger.Collector.Count);
    }

    [Fact]
    public async Task RunAsync_LogSinkIsBroken_TheTaskStillLeaves()
    {
        await using InFlightTasks tasks = Create(10, logger: new ThrowingLogger());

        await tasks.RunAsync(static _ => Task.FromException(new InvalidDataException()));

        Assert.Equal(0, tasks.Count);
    }

    [Fact]
    public async Task RunAsync_ManyFailures_LogsAFewAMinute()
    {
        await using InFlightTasks tasks = Create(10);

        for (int i = 0; i < 100; i++)
        {
            await tasks.RunAsync(static _ => Task.FromException(new InvalidDataException()));
        }

        Assert.Equal(6, _logger.Collector.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        await tasks.RunAsync(static _ => Task.FromException(new InvalidDataException()));
        Assert.Equal(7, _logger.Collector.Count);
    }

    [Fact]
    public async Task Tick_TaskOlderThanAllowed_IsNamedOnce()
    {
        await using InFlightTasks tasks = Create(10);
        TaskCompletionSource work = new();
        await tasks.RunAsync(_ => work.Task);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(_logger.Collector.GetSnapshot());
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains(nameof(Tick_TaskOlderThanAllowed_IsNamedOnce), Assert.Single(_logger.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        InFlightTasksStatistics statistics = tasks.GetStatistics();
        Assert.Equal(1, statistics.TotalStuck);
        Assert.Equal(TimeSpan.FromSeconds(659), statistics.OldestAge);
        work.SetResult();
        await tasks.DrainAsync(Patience);
        Assert.Null(tasks.GetStatistics().OldestAge);
    }

    [Fact]
    public async Task TryTrack_Full_ObservesTheFailureAllTheSame()
    {
        await using InFlightTasks tasks = Create(1);
        TaskCompletionSource first = new();
        TaskCompletionSource second = new();

        Assert.True(tasks.TryTrack(first.Task));
        Assert.False(tasks.TryTrack(second.Task));
        first.SetResult();
        await tasks.DrainAsync(Patience);

        Assert.Equal((1L, 1L), (tasks.GetStatistics().TotalSucceeded, tasks.GetStatistics().TotalRejected));
        second.SetResult();
    }

    [Fact]
    public async Task DrainAsync_EverythingEndsInTime_LeavesNothing()
    {
        await using InFlightTasks tasks = Create(10);
        TaskCompletionSource work = new();
        await tasks.RunAsync(_ => work.Task);

        Task<int> drain = tasks.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.False(await tasks.RunAsync(static _ => Task.CompletedTask));
        Assert.False(drain.IsCompleted);
        work.SetResult();

        Assert.Equal(0, await drain.WaitAsync(Patience));
    }

    [Fact]
    public async Task DrainAsync_DeadlinePasses_CancelsWhatIsLeftAndSaysHowMany()
    {
        await using InFlightTasks tasks = Create(10);
        CancellationToken seen = default;
        TaskCompletionSource work = new();
        await tasks.RunAsync(token =>
        {
            seen = token;
            return work.Task;
        });

        Task<int> drain = tasks.DrainAsync(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(1, await drain.WaitAsync(Patience));
        Assert.True(seen.IsCancellationRequested);
        work.SetResult();
    }

    [Fact]
    public async Task RunAsync_ManyThreads_NeverExceedsTheBoundAndForgetsNone()
    {
        await using InFlightTasks tasks = Create(7);
        int running = 0;
        int most = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                await tasks.RunAsync(async _ =>
                {
                    int now = Interlocked.Increment(ref running);
                    most = Math.Max(Volatile.Read(ref most), now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                });
            }
        })));
        await tasks.DrainAsync(Patience);

        Assert.InRange(most, 1, 7);
        Assert.Equal((2000L, 2000L, 0), (tasks.GetStatistics().TotalStarted, tasks.GetStatistics().TotalSucceeded, tasks.Count));
    }

    // No timer waits longer than 49.7 days: a longer time must not fail at the shutdown.
    [Fact]
    public async Task DisposeAsync_DrainTimeoutOfYears_Drains()
    {
        InFlightTasks tasks = new(new InFlightTasksOptions { Name = "test", Capacity = 1, DrainTimeout = TimeSpan.FromDays(1000) }, _time);
        TaskCompletionSource work = new();
        Task run = tasks.RunAsync(_ => work.Task).AsTask();
        Task drain = tasks.DisposeAsync().AsTask();

        work.SetResult();

        await drain.WaitAsync(Patience);
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task DrainAsync_NegativeTime_IsRefusedAndNothingIsDrained()
    {
        await using InFlightTasks tasks = Create(1);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => tasks.DrainAsync(TimeSpan.FromSeconds(-3)));

        await tasks.RunAsync(static _ => Task.CompletedTask);
        Assert.Equal(1, tasks.GetStatistics().TotalStarted);
    }

    private InFlightTasks Create(int capacity, InFlightFullMode mode = InFlightFullMode.Wait, ILogger? logger = null) => new(
        new InFlightTasksOptions { Name = "test", Capacity = capacity, FullMode = mode, DrainTimeout = TimeSpan.Zero, Logger = logger ?? _logger },
        _time);
}
