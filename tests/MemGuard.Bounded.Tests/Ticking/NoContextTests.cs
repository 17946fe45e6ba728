using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using MemGuard.Lifetimes;

namespace MemGuard.Bounded.Tests.Ticking;

/// <summary>What outlives a request must not keep the request's ambient state, in which any AsyncLocal may hold anything.</summary>
public sealed class NoContextTests
{
    private static readonly AsyncLocal<object?> Request = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // Its timers are the runtime's, which keep the context of whoever makes them.
    private readonly OwnTimeProvider _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GuardedTimer_StartedInARequest_ForgetsTheRequest(bool hasOwnProvider)
    {
        object owner = new();
        GuardedTimer? timer = null;

        bool isForgotten = await IsRequestForgottenAsync(_ => timer = GuardedTimer.Start(owner, Hour, static _ => { }, timeProvider: hasOwnProvider ? _time : null));

        Assert.True(isForgotten);
        Assert.True(timer!.IsActive);
        timer.Dispose();
        GC.KeepAlive(owner);
    }

    [Fact]
    public async Task GuardedTimer_OwnerIsAmbientWhereItStarts_EndsWithItsOwner()
    {
        GuardedTimer? timer = null;

        bool isForgotten = await IsRequestForgottenAsync(owner => timer = GuardedTimer.Start(owner, TimeSpan.FromMilliseconds(1), static _ => { }));

        Assert.True(isForgotten);
        Assert.True(SpinWait.SpinUntil(() => !timer!.IsActive, Patience));
    }

    [Fact]
    public void GuardedTimer_FlowIsSuppressedAlready_StartsAndLeavesItSo()
    {
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();

        using GuardedTimer timer = GuardedTimer.Start(this, Hour, static _ => { }, timeProvider: _time);

        Assert.True(ExecutionContext.IsFlowSuppressed());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cache_MadeInARequest_ForgetsTheRequest(bool hasOwnProvider)
    {
        BoundedCache<int, int>? cache = null;

        bool isForgotten = await IsRequestForgottenAsync(_ =>
        {
            cache = new BoundedCache<int, int>(new() { Capacity = 10, TimeToLive = Hour }, hasOwnProvider ? _time : null);
            cache.GetOrAdd(1, static _ => 1);
        });

        Assert.True(isForgotten);
        cache!.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queue_FilledAndWaitedForInARequest_ForgetsTheRequest(bool hasOwnProvider)
    {
        BoundedQueue<int> queue = new(new() { Capacity = 1 }, hasOwnProvider ? _time : null);
        using CancellationTokenSource cancel = new();

        bool isForgotten = await IsRequestForgottenAsync(_ =>
        {
            queue.TryEnqueue(1);
            ValueTask<EnqueueResult> waiting = queue.EnqueueAsync(2, Hour, cancel.Token);
            queue.Reader.TryRead(out int _);
            Assert.Equal(EnqueueResult.Enqueued, Take(waiting));
        });

        Assert.True(isForgotten);
        queue.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task InFlightTasks_UsedInARequest_ForgetsTheRequest(bool hasOwnProvider)
    {
        TaskCompletionSource never = new();
        InFlightTasks tasks = new(new InFlightTasksOptions { Capacity = 1 }, hasOwnProvider ? _time : null);

        bool isForgotten = await IsRequestForgottenAsync(_ =>
        {
            Assert.True(tasks.TryTrack(never.Task));
            Assert.False(tasks.TryTrack(never.Task));
        });

        Assert.True(isForgotten);
        never.SetResult();
        await tasks.DisposeAsync();
    }

    [Fact]
    public async Task PipeWriter_LaterFlushWaitsInARequest_ForgetsTheRequest()
    {
        Pipe pipe = CreateShallowPipe();
        BoundedPipeWriter writer = new(pipe.Writer, timeProvider: _time);
        FlushAndRead(writer, pipe.Reader);

        bool isForgotten = await IsRequestForgottenAsync(_ => FlushAndRead(writer, pipe.Reader));

        Assert.True(isForgotten);
        await writer.CompleteAsync();
    }

    // With such a pipe the reader's thread takes the writer's flush to its end.
    [Fact]
    public async Task PipeWriter_ReaderIsInARequest_ForgetsTheRequest()
    {
        Pipe pipe = CreateShallowPipe();
        BoundedPipeWriter writer = new(pipe.Writer, timeProvider: _time);
        FlushAndRead(writer, pipe.Reader);
        writer.GetSpan(100);
        writer.Advance(100);
        ValueTask<FlushResult> flush = writer.FlushAsync();

        bool isForgotten = await IsRequestForgottenAsync(_ => Read(pipe.Reader));

        Assert.True(isForgotten);
        Assert.False((await flush).IsCompleted);
        await writer.CompleteAsync();
    }

    // A factory that starts something long-lived leaves it its context, and that must not lead to the value.
    [Fact]
    public async Task GetOrAddAsync_FactoryLeavesItsContextBehind_ValueIsForgottenOnceRemoved()
    {
        BoundedCache<int, object> cache = new(new() { Capacity = 10 });
        List<ExecutionContext> left = [];
        WeakReference value = await CreateAsync(cache, left);

        cache.TryRemove(1);

        Assert.True(IsCollected(value));
        Assert.NotEmpty(left);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> CreateAsync(BoundedCache<int, object> cache, List<ExecutionContext> left) =>
        new(await cache.GetOrAddAsync(1, (_, _) =>
        {
            left.Add(ExecutionContext.Capture()!);
            return ValueTask.FromResult(new object());
        }));

    private static Pipe CreateShallowPipe() =>
        new(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    private static void FlushAndRead(BoundedPipeWriter writer, PipeReader reader)
    {
        writer.GetSpan(100);
        writer.Advance(100);
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Read(reader);
        Take(flush);
    }

    private static T Take<T>(ValueTask<T> task)
    {
        Assert.True(SpinWait.SpinUntil(() => task.IsCompleted, Patience));
        return task.GetAwaiter().GetResult();
    }

    private static void Read(PipeReader reader)
    {
        Assert.True(reader.TryRead(out ReadResult read));
        reader.AdvanceTo(read.Buffer.End);
    }

    private static async Task<bool> IsRequestForgottenAsync(Action<object> act)
    {
        WeakReference request = await Task.Run(() => ActInRequest(act));
        // Off the stack of the request, which holds its context.
        await Task.Yield();
        return IsCollected(request);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ActInRequest(Action<object> act)
    {
        object request = new();
        Request.Value = request;
        act(request);
        Request.Value = null;
        return new WeakReference(request);
    }

    private static bool IsCollected(WeakReference reference) => SpinWait.SpinUntil(
        () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !reference.IsAlive;
        },
        Patience);

    private sealed class OwnTimeProvider : TimeProvider;
}
