using System.Runtime.CompilerServices;

namespace MemGuard.Bounded.Tests.Batches;

/// <summary>What a batch leaves behind, and what the registry says of it meanwhile.</summary>
public sealed class BatchEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _name = $"batch-{Guid.NewGuid()}";

    [Theory]
    [InlineData(false, null, null, null)]
    [InlineData(true, null, 5L, null)]
    [InlineData(true, 100L, 5L, 100L)]
    public async Task GetUsage_BatchUnderWay_HasWeightsOnlyWhereTheyAreSet(bool isWeighed, long? bound, long? weight, long? maxWeight)
    {
        BatchOptions<int> options = new() { Name = _name, MaxConcurrency = 1, MaxWeightInFlight = bound, Weigher = isWeighed ? static item => item : null };
        TaskCompletionSource entered = new();
        TaskCompletionSource goOn = new();
        Task batch = Batch.ForEachAsync([5], options, async (_, _) =>
        {
            entered.SetResult();
            await goOn.Task;
        });
        await entered.Task.WaitAsync(Patience);

        BoundedStructureUsage during = GetUsage();
        goOn.SetResult();
        await batch.WaitAsync(Patience);
        BoundedStructureUsage after = GetUsage();

        Assert.Equal((StructureKind.Batch, 1L, 1L), (during.Kind, during.Count, during.Capacity!.Value));
        Assert.Equal((weight, maxWeight), (during.Weight, during.MaxWeight));
        Assert.Equal((0L, 0L), (after.Count, after.Capacity!.Value));
        Assert.Equal((isWeighed ? 0L : null, null), (after.Weight, after.MaxWeight));
    }

    [Fact]
    public async Task GetUsage_OneOfTwoBatchesEnded_CountsTheOtherAlone()
    {
        BatchOptions<int> options = new() { Name = _name, MaxConcurrency = 3, MaxWeightInFlight = 100, Weigher = static item => item };
        TaskCompletionSource entered = new();
        TaskCompletionSource goOn = new();
        Task batch = Batch.ForEachAsync([7], options, async (_, _) =>
        {
            entered.SetResult();
            await goOn.Task;
        });
        await entered.Task.WaitAsync(Patience);

        await Batch.ForEachAsync([3, 4], options, static (_, _) => default).WaitAsync(Patience);
        BoundedStructureUsage usage = GetUsage();
        goOn.SetResult();
        await batch.WaitAsync(Patience);

        Assert.Equal((1L, 3L, 7L, 100L), (usage.Count, usage.Capacity!.Value, usage.Weight!.Value, usage.MaxWeight!.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SelectAsync_Ended_IsNoLongerListedWithItsResults(bool isToTheEnd)
    {
        BatchOptions<int> options = new() { Name = _name, MaxConcurrency = 2, MaxItemsInFlight = 9 };
        IAsyncEnumerator<int> results = Batch.SelectAsync(Enumerable.Range(0, 20), options, static (item, _) => new ValueTask<int>(item)).GetAsyncEnumerator();
        Assert.True(await results.MoveNextAsync());

        BoundedStructureUsage? during = BoundedStructures.GetUsage().SingleOrDefault(usage => usage.Name == $"{_name} results");
        while (isToTheEnd && await results.MoveNextAsync())
        {
        }

        await results.DisposeAsync();

        Assert.Equal((StructureKind.Queue, 9L), (during!.Kind, during.Capacity!.Value));
        Assert.DoesNotContain(BoundedStructures.GetUsage(), usage => usage.Name == $"{_name} results");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task ForEachAsync_SourceEnded_IsNotAskedAgainAndIsDisposed(int concurrency)
    {
        Source source = new(3);

        await Batch.ForEachAsync((IEnumerable<int>)source, concurrency, static (_, _) => default).WaitAsync(Patience);

        // Three items, and the end.
        Assert.Equal((4, 1), (source.Moves, source.Disposals));
    }

    [Fact]
    public async Task ForEachAsync_CancelledWhileAnItemIsDrawn_DoesNotRunItsBody()
    {
        using CancellationTokenSource cancel = new();
        int bodies = 0;

        Task batch = Batch.ForEachAsync(CancelThenYield(), 1, (_, _) =>
        {
            bodies++;
            return default;
        }, cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.WaitAsync(Patience));

        Assert.True(batch.IsCanceled);
        Assert.Equal(0, bodies);

        IEnumerable<int> CancelThenYield()
        {
            cancel.Cancel();
            yield return 1;
        }
    }

    [Fact]
    public async Task ForEachAsync_CallbackOnTheBodysTokenThrows_IsReportedBesideTheError()
    {
        TaskCompletionSource registered = new();
        Task batch = Batch.ForEachAsync([0, 1], 2, async (item, token) =>
        {
            if (item == 0)
            {
                using CancellationTokenRegistration registration = token.Register(static () => throw new InvalidDataException("callback"));
                registered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            await registered.Task;
            throw new InvalidDataException("body");
        });

        await Assert.ThrowsAsync<InvalidDataException>(() => batch.WaitAsync(Patience));

        Exception[] errors = [.. batch.Exception!.Flatten().InnerExceptions];
        Assert.Equal(["body", "callback"], errors.Select(static error => error.Message).Order());
    }

    [Fact]
    public async Task ForEachAsync_BodyCancelsOnItsOwn_EndsWithThatError()
    {
        Task batch = Batch.ForEachAsync([1], 1, static (_, _) => throw new OperationCanceledException("its own"));

        await Assert.ThrowsAsync<OperationCanceledException>(() => batch.WaitAsync(Patience));

        Assert.True(batch.IsFaulted);
    }

    [Fact]
    public async Task ForEachAsync_SourcesDisposalThrows_IsReported()
    {
        Task batch = Batch.ForEachAsync(Draw(), 1, static (_, _) => default);

        await Assert.ThrowsAsync<InvalidDataException>(() => batch.WaitAsync(Patience));

        static IEnumerable<int> Draw()
        {
            try
            {
                yield return 1;
            }
            finally
            {
                Fail();
            }
        }

        static void Fail() => throw new InvalidDataException();
    }

    [Fact]
    public async Task ForEachAsync_Ended_LeavesNothingOnTheToken()
    {
        using CancellationTokenSource cancel = new();
        List<WeakReference> given = [];
        await RunAsync(given, cancel.Token);

        bool areCollected = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return given.TrueForAll(static handle => !handle.IsAlive);
            },
            Patience);

        Assert.True(areCollected);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Task RunAsync(List<WeakReference> given, CancellationToken token) => Batch.ForEachAsync([1], 1, (_, own) =>
        {
            given.Add(new WeakReference(own.WaitHandle));
            return default;
        }, token);
    }

    [Fact]
    public async Task SelectAsync_SeveralErrors_ThrowsAllOfThem()
    {
        using Barrier both = new(2);
        IAsyncEnumerable<int> results = Batch.SelectAsync([0, 1], new BatchOptions<int> { MaxConcurrency = 2 }, async (item, _) =>
        {
            await Task.Yield();
            both.SignalAndWait(Patience, CancellationToken.None);
            return item < 2 ? throw new InvalidDataException($"{item}") : item;
        });

        AggregateException several = await Assert.ThrowsAsync<AggregateException>(async () => await results.ToListAsync());

        Assert.Equal(["0", "1"], several.InnerExceptions.Select(static error => error.Message).Order());
    }

    [Fact]
    public async Task SelectAsync_NoMaxItemsInFlight_RunsAheadFourTimesTheConcurrency()
    {
        TaskCompletionSource straggler = new();
        int drawn = 0;
        BatchOptions<int> options = new() { MaxConcurrency = 3 };
        IAsyncEnumerator<int> results = Batch.SelectAsync(Draw(), options, async (item, _) =>
        {
            await (item == 0 ? straggler.Task : Task.CompletedTask);
            return item;
        }).GetAsyncEnumerator();
        ValueTask<bool> first = results.MoveNextAsync();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref drawn) == 12, Patience));
        straggler.SetResult();
        Assert.True(await first);
        Assert.Equal(0, results.Current);
        await results.DisposeAsync();

        IEnumerable<int> Draw()
        {
            for (int i = 0; i < 100; i++)
            {
                Interlocked.Increment(ref drawn);
                yield return i;
            }
        }
    }

    private BoundedStructureUsage GetUsage() => Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == _name);

    /// <summary>Counts what is asked of it.</summary>
    private sealed class Source(int count) : IEnumerable<int>, IEnumerator<int>
    {
        public int Moves { get; private set; }

        public int Disposals { get; private set; }

        public int Current => Moves;

        object System.Collections.IEnumerator.Current => Current;

        public IEnumerator<int> GetEnumerator() => this;

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => this;

        public bool MoveNext() => ++Moves <= count;

        public void Reset()
        {
        }

        public void Dispose() => Disposals++;
    }
}
