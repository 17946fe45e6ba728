using System.IO.Pipelines;

namespace MemGuard.Bounded.Tests.Pipes;

public sealed class PipePendingFlushTests
{
    private readonly PipePendingFlush _flush = new(static _ => { }, static _ => { }, static () => { });

    [Fact]
    public async Task TryGiveUp_OnlyAnOlderFlushIsOverdue_LeavesTheNextAlone()
    {
        TaskCompletionSource<FlushResult> first = new();
        TaskCompletionSource<FlushResult> second = new();
        ValueTask<FlushResult> firstFlush = _flush.Start(new ValueTask<FlushResult>(first.Task), 1, 1, nowMilliseconds: 1000);
        first.SetResult(default);
        await firstFlush;
        ValueTask<FlushResult> secondFlush = _flush.Start(new ValueTask<FlushResult>(second.Task), 2, 1, nowMilliseconds: 2000);

        Assert.False(_flush.TryGiveUp(startedMilliseconds: 1999));
        Assert.True(_flush.IsWaiting);

        second.SetResult(default);
        Assert.False((await secondFlush).IsCompleted);
    }

    [Fact]
    public async Task TryGiveUp_Overdue_IsTrueOnceAndTheInnerFlushComesTooLate()
    {
        TaskCompletionSource<FlushResult> inner = new();
        ValueTask<FlushResult> flush = _flush.Start(new ValueTask<FlushResult>(inner.Task), 1, 1, nowMilliseconds: 1000);

        Assert.True(_flush.TryGiveUp(startedMilliseconds: 1000));
        Assert.False(_flush.TryGiveUp(startedMilliseconds: 1000));
        _flush.SignalGivenUp();
        inner.SetResult(default);

        Assert.True((await flush).IsCompleted);
    }
}
