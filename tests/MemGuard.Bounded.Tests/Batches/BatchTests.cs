using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded.Tests.Batches;

public sealed class BatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _running;
    private int _mostRunning;
    private int _drawn;

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(500, 1)]
    [InlineData(500, 7)]
    public async Task ForEachAsync_AnyLength_RunsEachItemOnceWithinTheConcurrency(int count, int concurrency)
    {
        int[] seen = new int[count];

        await Batch.ForEachAsync(Enumerable.Range(0, count), concurrency, async (item, _) =>
        {
            Enter();
            Interlocked.Increment(ref seen[item]);
            await Task.Yield();
            Interlocked.Decrement(ref _running);
        });

        Assert.All(seen, static times => Assert.Equal(1, times));
        Assert.InRange(_mostRunning, 0, concurrency);
    }

    [Fact]
    public async Task ForEachAsync_UnderWayAndEnded_IsListedOnceWithWhatIsInFlight()
    {
        string name = $"batch-{Guid.NewGuid()}";
        BatchOptions<int> options = new() { Name = name, MaxConcurrency = 2, MaxWeightInFlight = 100, Weigher = static item => item };
        TaskCompletionSource goOn = new();
        Task[] batches = [.. Enumerable.Range(0, 100).Select(_ => Batch.ForEachAsync([3, 4], options, async (_, _) => await goOn.Task))];

        Assert.True(SpinWait.SpinUntil(() => GetUsage().Count == 200, Patience));
        BoundedStructureUsage during = GetUsage();
        goOn.SetResult();
        await Task.WhenAll(batches).WaitAsync(Patience);
        BoundedStructureUsage after = GetUsage();

        Assert.Equal((200L, 700L, 10_000L), (during.Capacity, during.Weight, during.MaxWeight));
        Assert.Equal((0L, 0L, 0L), (after.Count, after.Capacity, after.Weight));

        BoundedStructureUsage GetUsage() => Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);
    }

    [Fact]
    public async Task ForEachAsync_SourceThrowsAtOnce_LeavesNothingOnTheToken()
    {
        using CancellationTokenSource cancel = new();
        WeakReference source = await FailAsync(cancel.Token);
        await Task.Yield();

        GC.Collect();

        Assert.False(source.IsAlive);

        static async Task<WeakReference> FailAsync(CancellationToken token)
        {
            BrokenSource broken = new();
            await Assert.ThrowsAsync<InvalidOperationException>(() => Batch.ForEachAsync((IAsyncEnumerable<int>)broken, 2, static (_, _) => default, token));
            return new WeakReference(broken.Given);
        }
    }

    [Fact]
    public async Task ForEachAsync_OneStraggler_TheOthersGoOn()
    {
        TaskCompletionSource straggler = new();
        TaskCompletionSource othersDone = new();
        int done = 0;

        Task batch = Batch.ForEachAsync(Enumerable.Range(0, 1000), 4, async (item, _) =>
        {
            if (item == 0)
            {
                await straggler.Task;
            }
            else if (Interlocked.Increment(ref done) == 999)
            {
                othersDone.SetResult();
            }
        });
        await othersDone.Task.WaitAsync(Patience);

        Assert.False(batch.IsCompleted);
        straggler.SetResult();
        await batch.WaitAsync(Patience);
    }

    [Fact]
    public async Task ForEachAsync_BodiesHeld_DrawsOnlyWhatItCanRun()
    {
        TaskCompletionSource gate = new();
        TaskCompletionSource allRunning = new();

        Task batch = Batch.ForEachAsync(Draw(100), 4, async (_, _) =>
        {
            if (Interlocked.Increment(ref _running) == 4)
            {
                allRunning.SetResult();
            }

            await gate.Task;
        });
        await allRunning.Task.WaitAsync(Patience);

        Assert.Equal(4, Volatile.Read(ref _drawn));
        gate.SetResult();
        await batch.WaitAsync(Patience);
        Assert.Equal(100, _drawn);
    }

    [Fact]
    public async Task ForEachAsync_WeighedItems_NeverExceedTheWeight()
    {
        long weight = 0;
        long most = 0;
        BatchOptions<int> options = new() { MaxConcurrency = 16, MaxWeightInFlight = 20, Weigher = static item => item % 21 };

        await Batch.ForEachAsync(Enumerable.Range(0, 2000), options, async (item, _) =>
        {
            long now = Interlocked.Add(ref weight, item % 21);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Add(ref weight, -(item % 21));
        });

        Assert.InRange(most, 1, 20);
    }

    [Fact]
    public async Task ForEachAsync_WeigherReturnsLessThanNothing_EndsWithAnErrorThatNamesTheBatch()
    {
        BatchOptions<int> options = new() { Name = "imports", MaxWeightInFlight = 20, Weigher = static _ => -1 };

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => Batch.ForEachAsync([1], options, static (_, _) => ValueTask.CompletedTask));

        Assert.Equal("The weigher of batch 'imports' returned -1; it must return zero or more.", error.Message);
    }

    [Fact]
    public async Task ForEachAsync_ItemHeavierThanTheBound_FailsAndNamesTheOption()
    {
        BatchOptions<int> options = new() { MaxWeightInFlight = 20, Weigher = static item => item };

        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Batch.ForEachAsync([21], options, static (_, _) => default));

        Assert.Contains(nameof(BatchOptions<>.MaxWeightInFlight), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForEachAsync_SeveralErrors_StopsDrawingAndReportsAll()
    {
        using Barrier both = new(2);

        Task batch = Batch.ForEachAsync(Draw(1000), 2, async (item, _) =>
        {
            await Task.Yield();
            both.SignalAndWait(Patience, CancellationToken.None);
            throw new InvalidDataException($"{item}");
        });
        await Assert.ThrowsAsync<InvalidDataException>(() => batch);

        Assert.Equal(["0", "1"], batch.Exception!.InnerExceptions.Select(static error => error.Message).Order());
        Assert.Equal(2, _drawn);
    }

    [Fact]
    public async Task ForEachAsync_OneError_CancelsTheOthersAndReportsOnlyTheError()
    {
        Task batch = Batch.ForEachAsync(Enumerable.Range(0, 2), 2, async (item, token) =>
        {
            if (item == 1)
            {
                throw new InvalidDataException();
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });

        await Assert.ThrowsAsync<InvalidDataException>(() => batch.WaitAsync(Patience));
        Assert.Single(batch.Exception!.InnerExceptions);
    }

    [Fact]
    public async Task ForEachAsync_SourceThrows_ReportsItAfterTheBodies()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Batch.ForEachAsync(DrawAndThrow(), 2, static (_, _) => default));
    }

    [Fact]
    public async Task ForEachAsync_Cancelled_EndsCancelled()
    {
        using CancellationTokenSource cancel = new();
        Task batch = Batch.ForEachAsync(Enumerable.Range(0, 10), 2, static async (_, token) => await Task.Delay(Timeout.InfiniteTimeSpan, token), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.WaitAsync(Patience));
        Assert.True(batch.IsCanceled);
    }

    [Fact]
    public async Task SelectAsync_Ordered_GivesResultsInTheOrderOfTheSource()
    {
        List<int> results = [];
        Random random = new(1);
        int[] yields = [.. Enumerable.Range(0, 500).Select(_ => random.Next(6))];

        await foreach (int result in Batch.SelectAsync(Enumerable.Range(0, 500), new BatchOptions<int> { MaxConcurrency = 8 }, async (item, _) =>
        {
            for (int i = 0; i < yields[item]; i++)
            {
                await Task.Yield();
            }

            return item;
        }))
        {
            results.Add(result);
        }

        Assert.Equal(Enumerable.Range(0, 500), results);
    }

    [Fact]
    public async Task SelectAsync_Unordered_GivesWhatIsReadyPastAStraggler()
    {
        TaskCompletionSource straggler = new();
        HashSet<int> results = [];

        await foreach (int result in Batch.SelectAsync(Enumerable.Range(0, 100), new BatchOptions<int> { MaxConcurrency = 4, KeepsOrder = false }, async (item, _) =>
        {
            await (item == 0 ? straggler.Task : Task.CompletedTask);
            return item;
        }))
        {
            results.Add(result);
            if (results.Count == 99)
            {
                Assert.DoesNotContain(0, results);
                straggler.SetResult();
            }
        }

        Assert.Equal(100, results.Count);
    }

    [Fact]
    public async Task SelectAsync_OrderedBehindAStraggler_RunsAheadOnlyToTheBound()
    {
        TaskCompletionSource straggler = new();
        BatchOptions<int> options = new() { MaxConcurrency = 2, MaxItemsInFlight = 10 };
        IAsyncEnumerator<int> results = Batch.SelectAsync(Draw(100), options, async (item, _) =>
        {
            await (item == 0 ? straggler.Task : Task.CompletedTask);
            return item;
        }).GetAsyncEnumerator();
        ValueTask<bool> first = results.MoveNextAsync();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _drawn) == 10, Patience));
        Assert.False(first.IsCompleted);
        straggler.SetResult();
        Assert.True(await first);
        int count = 1;
        while (await results.MoveNextAsync())
        {
            Assert.Equal(count++, results.Current);
            Assert.InRange(Volatile.Read(ref _drawn), 0, count + 10);
        }

        Assert.Equal(100, count);
    }

    [Fact]
    public async Task SelectAsync_ConsumerStops_EndsEverythingItStarted()
    {
        ConcurrentBag<int> ended = [];

        await foreach (int _ in Batch.SelectAsync(Draw(1_000_000), new BatchOptions<int> { MaxConcurrency = 4 }, async (item, token) =>
        {
            await Task.Yield();
            ended.Add(item);
            return item;
        }))
        {
            break;
        }

        Assert.Equal(_drawn, ended.Count, tolerance: 5);
        Assert.InRange(_drawn, 1, 100);
    }

    [Fact]
    public async Task SelectAsync_Error_ComesAfterTheResultsBeforeIt()
    {
        List<int> results = [];

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (int result in Batch.SelectAsync(Enumerable.Range(0, 10), new BatchOptions<int> { MaxConcurrency = 1 }, static (item, _) =>
                item == 5 ? throw new InvalidDataException() : ValueTask.FromResult(item)))
            {
                results.Add(result);
            }
        });

        Assert.Equal([0, 1, 2, 3, 4], results);
    }

    private static IEnumerable<int> DrawAndThrow()
    {
        yield return 1;
        throw new InvalidDataException();
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (value > seen)
        {
            long found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private async IAsyncEnumerable<int> Draw(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            Interlocked.Increment(ref _drawn);
            yield return i;
        }
    }

    private void Enter()
    {
        int now = Interlocked.Increment(ref _running);
        int seen = Volatile.Read(ref _mostRunning);
        while (now > seen)
        {
            seen = Interlocked.CompareExchange(ref _mostRunning, now, seen) == seen ? now : Volatile.Read(ref _mostRunning);
        }
    }

    /// <summary>Fails before its first item, and knows what the batch gave it to watch.</summary>
    private sealed class BrokenSource : IAsyncEnumerable<int>
    {
        public object? Given { get; private set; }

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            Given = cancellationToken.WaitHandle;
            throw new InvalidOperationException("broken");
        }
    }
}
