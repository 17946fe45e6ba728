using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <content>Account of each flush: what it covers, whether it waits, and how it ended.</content>
public sealed partial class BoundedPipeWriter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ValueTask<FlushResult> Track(ValueTask<FlushResult> flush)
    {
        _totalFlushes++;
        if (!flush.IsCompletedSuccessfully)
        {
            return TrackUnfinished(flush);
        }

        Volatile.Write(ref _flushed, _written);
        FlushResult result = flush.Result;
        OnResultTaken(result);
        return new ValueTask<FlushResult>(result);
    }

    private ValueTask<FlushResult> TrackUnfinished(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompleted)
        {
            return Wait(flush);
        }

        // Failed: its exception is the caller's to take.
        Volatile.Write(ref _flushed, _written);
        return flush;
    }

    private ValueTask<FlushResult> Wait(ValueTask<FlushResult> flush)
    {
        _totalWaits++;
        long waitingBytes = UnflushedBytes;
        _group.BeginWait(waitingBytes);
        ValueTask<FlushResult> tracked = _pending.Start(flush, _written, waitingBytes, SharedTicker.GetMilliseconds(_timeProvider));
        StartTicking();
        return tracked;
    }

    // On the thread that ended the inner flush, before the caller goes on.
    private void OnFlushEnded(PipePendingFlush flush)
    {
        Volatile.Write(ref _flushed, flush.CoveredBytes);
        _group.EndWait(flush.WaitingBytes);
        Interlocked.Add(ref _totalWaitMilliseconds, SharedTicker.GetMilliseconds(_timeProvider) - flush.StartedMilliseconds);
    }

    private void OnResultTaken(FlushResult result)
    {
        if (result.IsCompleted)
        {
            _isReaderGone = true;
        }
    }
}
