using System.Runtime.CompilerServices;

namespace MemGuard.Bounded.Tests.Batches;

/// <summary>Situations in which parallel loops were reported to fail.</summary>
public sealed class BatchSituationsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ForEachAsync_ManyRunsOnOneToken_LeaveNothingOnIt()
    {
        using CancellationTokenSource cancel = new();
        List<WeakReference> bodies = [];
        for (int i = 0; i < 20; i++)
        {
            bodies.Add(await RunAsync(i, cancel.Token));
            bodies.Add(await SelectSomeAsync(i, cancel.Token));
        }

        await Task.Yield();
        bool areCollected = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return bodies.TrueForAll(static body => !body.IsAlive);
            },
            Patience);

        Assert.True(areCollected);
        Assert.False(cancel.IsCancellationRequested);
    }

    [Fact]
    public async Task ForEachAsync_SourceThrowsWhenItIsDisposedOfAndAtItsToken_EndsWithWhatItThrew()
    {
        Task batch = Batch.ForEachAsync(new AbnormalSource(), 4, static (_, _) => ValueTask.CompletedTask);

        await Assert.ThrowsAsync<FormatException>(() => batch.WaitAsync(Patience));

        Assert.Single(batch.Exception!.InnerExceptions);
    }

    [Fact]
    public async Task ForEachAsync_BodyThrowsACancellationOfItsOwn_Ends()
    {
        Task batch = Batch.ForEachAsync([1, 2, 3], 4, static (_, token) => throw new OperationCanceledException(token));

        await Assert.ThrowsAnyAsync<Exception>(() => batch.WaitAsync(Patience));

        Assert.False(batch.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task ForEachAsync_CancelledHalfway_NeverCallsItselfComplete()
    {
        for (int round = 0; round < 50; round++)
        {
            using CancellationTokenSource cancel = new();
            int done = 0;
            Task batch = Batch.ForEachAsync(
                Enumerable.Range(0, 100),
                2,
                async (_, _) =>
                {
                    if (Interlocked.Increment(ref done) == 50)
                    {
                        await cancel.CancelAsync();
                    }
                },
                cancel.Token);

            OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.WaitAsync(Patience));

            Assert.Equal(cancel.Token, thrown.CancellationToken);
            Assert.InRange(done, 50, 100);
        }
    }

    [Fact]
    public async Task ForEachAsync_TokenIsCancelledBefore_IsCanceledAndRunsNothing()
    {
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        bool hasRun = false;

        Task batch = Batch.ForEachAsync(
            Enumerable.Range(0, 100),
            2,
            (_, _) =>
            {
                hasRun = true;
                return ValueTask.CompletedTask;
            },
            cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.WaitAsync(Patience));
        Assert.True(batch.IsCanceled);
        Assert.False(hasRun);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync(int seed, CancellationToken token)
    {
        int sum = seed;
        Func<int, CancellationToken, ValueTask> body = (item, _) =>
        {
            Interlocked.Add(ref sum, item);
            return ValueTask.CompletedTask;
        };
        await Batch.ForEachAsync(Enumerable.Range(0, 10), 4, body, token);
        Assert.Equal(seed + 45, sum);
        return new WeakReference(body);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> SelectSomeAsync(int seed, CancellationToken token)
    {
        Func<int, CancellationToken, ValueTask<int>> body = (item, _) => ValueTask.FromResult(item + seed);
        await foreach (int result in Batch.SelectAsync(Enumerable.Range(0, 10), new BatchOptions<int> { MaxConcurrency = 4 }, body, token))
        {
            if (result == seed + 3)
            {
                break;
            }
        }

        return new WeakReference(body);
    }

    private sealed class AbnormalSource : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        public int Current => 0;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            cancellationToken.Register(static () => throw new InvalidTimeZoneException());
            return this;
        }

        public ValueTask<bool> MoveNextAsync() => ValueTask.FromResult(false);

        public ValueTask DisposeAsync() => throw new FormatException();
    }
}
