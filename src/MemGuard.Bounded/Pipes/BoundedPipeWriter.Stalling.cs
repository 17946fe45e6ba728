using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <content>The watch for a reader that has stopped reading, and the end when it has.</content>
public sealed partial class BoundedPipeWriter : ITickTarget
{
    private const int IdleTicksBeforeStop = 8;

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromMilliseconds(Math.Clamp(_stalledReaderTimeout.TotalMilliseconds / 8, 10, 250));

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        if (_pending.IsWaiting)
        {
            _idleTicks = 0;
            if (_pending.TryGiveUp(nowMilliseconds - (long)Math.Ceiling(_stalledReaderTimeout.TotalMilliseconds)))
            {
                EndStalledElsewhere();
                return false;
            }

            return true;
        }

        if (++_idleTicks < IdleTicksBeforeStop)
        {
            return true;
        }

        _idleTicks = 0;
        Volatile.Write(ref _isTicking, 0);
        // A flush that began between the look above and the line before found the ticker still on: look again.
        return _pending.IsWaiting && Interlocked.Exchange(ref _isTicking, 1) == 0;
    }

    internal void ThrowIfStalled()
    {
        if (_isStalled)
        {
            throw new IOException($"The reader of pipe writer '{_name}' (made in {_origin}) did not read for {_stalledReaderTimeout}: what was written is lost.", CreateStall());
        }
    }

    /// <summary>What <c>Stream.CopyToAsync(PipeWriter)</c> does; it has no result that could say that the reader has stalled.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="IOException">The reader has stalled.</exception>
    protected override async Task CopyFromAsync(Stream source, CancellationToken cancellationToken = default)
    {
        await base.CopyFromAsync(source, cancellationToken).ConfigureAwait(false);
        ThrowIfStalled();
    }

    private TimeoutException CreateStall() => new($"The reader of pipe writer '{_name}' did not read for {_stalledReaderTimeout}.");

    private void StartTicking()
    {
        if (_stalledReaderTimeout != Timeout.InfiniteTimeSpan && Interlocked.Exchange(ref _isTicking, 1) == 0)
        {
            SharedTicker.Add(this, _timeProvider);
        }
    }

    // Not on the shared ticker: aborting and completing may block.
    private void EndStalledElsewhere()
    {
        _isStalled = true;
        _isOver = true;
        _isReaderGone = true;
        ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.EndStalled(), this, preferLocal: false);
    }

    private void EndStalled()
    {
        _group.EndWait(_pending.WaitingBytes);
        _group.CountStall();
        Interlocked.Add(ref _totalWaitMilliseconds, SharedTicker.GetMilliseconds(_timeProvider) - _pending.StartedMilliseconds);
        if ((_logger ?? DefaultLogger.Current) is { } logger && _group.ShouldSayStalled())
        {
            Contain(() => Log.ReaderStalled(logger, VisibleText.OfName(_name), _stalledReaderTimeout, _pending.WaitingBytes, _origin));
        }

        Contain(() => _readerStalled?.Invoke());
        Contain(_inner.CancelPendingFlush);
        _pending.SignalGivenUp();
        _ = CompleteInnerAsync(CreateStall());
    }

    // Elsewhere, for completing may block, and the misuse may have happened on the reader's thread.
    private void OnFlushMisused()
    {
        _isOver = true;
        _isReaderGone = true;
        ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.EndMisused(), this, preferLocal: false);
    }

    private void EndMisused()
    {
        _group.EndWait(_pending.WaitingBytes);
        Contain(_inner.CancelPendingFlush);
        _ = CompleteInnerAsync(new InvalidOperationException($"A flush of pipe writer '{_name}' (made in {_origin}) was awaited twice while it was pending."));
    }

    private async Task CompleteInnerAsync(Exception error)
    {
        try
        {
            await _inner.CompleteAsync(error).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The inner writer may refuse after an abort: it is over either way.
        }
    }

    private static void Contain(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // On a thread-pool thread an exception of user code would end the process.
            ContainedFailures.Count();
        }
    }
}
