using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <content>Account of each flush: what it covers, whether it waits, and how it ended; and what is refused meanwhile.</content>
public sealed partial class BoundedPipeWriter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ValueTask<FlushResult> Track(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        _totalFlushes++;
        if (!flush.IsCompletedSuccessfully)
        {
            return TrackUnfinished(flush, cancellationToken);
        }

        Volatile.Write(ref _flushed, _written);
        FlushResult result = flush.Result;
        OnResultTaken(result);
        return new ValueTask<FlushResult>(result);
    }

    private ValueTask<FlushResult> TrackUnfinished(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        if (!flush.IsCompleted)
        {
            return Wait(flush, cancellationToken);
        }

        // Failed: its exception is the caller's to take.
        Volatile.Write(ref _flushed, _written);
        return flush;
    }

    private ValueTask<FlushResult> Wait(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        _totalWaits++;
        long waitingBytes = UnflushedBytes;
        _group.BeginWait(waitingBytes);
        ValueTask<FlushResult> tracked = _pending.Start(flush, _written, waitingBytes, SharedTicker.GetMilliseconds(_timeProvider), cancellationToken);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RefuseIgnoredFlush()
    {
        if (_isSlicing || !_pending.IsIdle)
        {
            ThrowIgnored();
        }
    }

    // A writer on a stream would overwrite what it is sending at this moment.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RefuseWhileFlushing()
    {
        if (_isSlicing || _pending.IsWaiting)
        {
            ThrowIgnored();
        }
    }

    [DoesNotReturn]
    private void ThrowIgnored()
    {
        SayIgnoredOnce();
        throw new InvalidOperationException(_pending.IsIgnored
            ? $"The result of the last flush of pipe writer '{_name}' (made in {_origin}) was never looked at: await each flush."
            : $"Pipe writer '{_name}' (made in {_origin}) is still flushing: await each flush before the next write or flush.");
    }

    private void SayIgnoredOnce()
    {
        if ((_logger ?? DefaultLogger.Current) is { } logger && _group.ShouldSayIgnored())
        {
            Contain(() => Log.FlushIgnored(logger, VisibleText.OfName(_name), _origin));
        }
    }

    private ValueTask<FlushResult> WriteSlice(ReadOnlyMemory<byte> slice, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush = _inner.WriteAsync(slice, cancellationToken);
        _written += slice.Length;
        return Track(flush, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WriteSlicesAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        _isSlicing = true;
        try
        {
            FlushResult result = default;
            if (UnflushedBytes > _maxUnflushedBytes - _flushThreshold)
            {
                result = await Track(_inner.FlushAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            while (!source.IsEmpty && !result.IsCompleted && !result.IsCanceled)
            {
                int length = Math.Min(source.Length, _flushThreshold);
                result = await WriteSlice(source[..length], cancellationToken).ConfigureAwait(false);
                source = source[length..];
            }

            return result;
        }
        finally
        {
            _isSlicing = false;
        }
    }
}
