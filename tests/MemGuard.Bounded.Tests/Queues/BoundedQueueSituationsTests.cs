using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>Situations in which other channels and queues were reported to fail.</summary>
public sealed class BoundedQueueSituationsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void AnyWait_ManyTimesOnOneToken_AllocatesAndLeavesNothing()
    {
        using CancellationTokenSource cancel = new();
        using BoundedQueue<int> queue = new(new() { Capacity = 1 });
        WaitInEveryWay(queue, 10, cancel.Token);
        long before = GC.GetAllocatedBytesForCurrentThread();

        bool areRight = WaitInEveryWay(queue, 1000, cancel.Token);

        Assert.True(areRight);
        // A completion that ran elsewhere may now and then find the pool of waiters empty.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Constructor_QueueWithItemAndParkedReadersForgotten_IsCollectedAndItsTimersEnd()
    {
        TimerCountingTimeProvider time = new();
        WeakReference[] forgotten = Forget(time);

        bool isCollected = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !Array.Exists(forgotten, static queue => queue.IsAlive);
            },
            Patience);
        time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromSeconds(1));

        Assert.True(isCollected);
        Assert.Equal(0, time.ActiveTimerCount);
    }

    [Fact]
    public async Task WriteAsync_NobodyReadsAnyMore_EndsByTimeoutOrDispose()
    {
        TimerCountingTimeProvider time = new();
        using BoundedQueue<int> queue = new(new() { Capacity = 1, WaitTimeout = TimeSpan.FromSeconds(1) }, time);
        queue.TryEnqueue(1);
        Task write = queue.Writer.WriteAsync(2).AsTask();
        Task<EnqueueResult> offer = queue.EnqueueAsync(3).AsTask();
        time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(10));

        await Assert.ThrowsAsync<TimeoutException>(() => write.WaitAsync(Patience));
        Assert.Equal(EnqueueResult.TimedOut, await offer.WaitAsync(Patience));
        Task last = queue.Writer.WriteAsync(4).AsTask();
        queue.Dispose();

        await Assert.ThrowsAsync<ChannelClosedException>(() => last.WaitAsync(Patience));
    }

    [Fact]
    public async Task ReadAllAsync_CancelledAfterTheFirstItem_ReadsAsFarAsTheChannelDoes() =>
        Assert.Equal(await CountAsync(Channel.CreateBounded<int>(10)), await CountAsync(new BoundedQueue<int>(new() { Capacity = 10 })));

    private static async Task<int> CountAsync(Channel<int> channel)
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.True(channel.Writer.TryWrite(i));
        }

        using CancellationTokenSource cancel = new();
        int read = 0;
        try
        {
            await foreach (int item in channel.Reader.ReadAllAsync(cancel.Token))
            {
                read++;
                await cancel.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // As from a channel.
        }

        return read;
    }

    private static bool WaitInEveryWay(BoundedQueue<int> queue, int times, CancellationToken token)
    {
        bool areRight = true;
        for (int i = 0; i < times; i++)
        {
            ValueTask<bool> canRead = queue.Reader.WaitToReadAsync(token);
            queue.TryEnqueue(i);
            areRight &= Take(canRead);
            queue.Reader.TryRead(out _);

            ValueTask<int> read = queue.Reader.ReadAsync(token);
            queue.TryEnqueue(i);
            areRight &= i == Take(read);

            queue.TryEnqueue(i);
            ValueTask write = queue.Writer.WriteAsync(i, token);
            queue.Reader.TryRead(out _);
            Take(write);

            ValueTask<bool> canWrite = queue.Writer.WaitToWriteAsync(token);
            queue.Reader.TryRead(out _);
            areRight &= Take(canWrite);
        }

        return areRight;
    }

    private static T Take<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("Not released.");

    private static void Take(ValueTask task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("Not released.");
        }

        task.GetAwaiter().GetResult();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Forget(TimeProvider time)
    {
        BoundedQueue<object> filled = new(new() { Capacity = 10 }, time);
        filled.TryEnqueue(new object());
        BoundedQueue<object> awaited = new(new() { Capacity = 10 }, time);
        _ = awaited.Reader.WaitToReadAsync().AsTask();
        _ = awaited.Reader.ReadAsync().AsTask();
        return [new(filled), new(awaited)];
    }
}
