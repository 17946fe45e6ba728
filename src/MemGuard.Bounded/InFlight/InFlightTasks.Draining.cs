namespace MemGuard.Bounded;

/// <content>The end: nothing more comes in, and what is under way gets its time.</content>
public sealed partial class InFlightTasks
{
    /// <summary>The runtime's timers wait for 2³² − 2 milliseconds at most, 49.7 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Takes in nothing more and waits until everything has ended; at the deadline it cancels what is left and returns.</summary>
    /// <param name="timeout">The longest wait: zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait early, as the deadline does.</param>
    /// <returns>How many were still under way at the deadline; 0 when all had ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, and not infinite.</exception>
    public Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time must be zero or more, or infinite.");
        }

        // What no timer can wait for never comes.
        return DrainCoreAsync(timeout > LongestTimer ? Timeout.InfiniteTimeSpan : timeout, cancellationToken);
    }

    private async Task<int> DrainCoreAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task drained;
        lock (_gate)
        {
            _isDraining = true;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_underWay.Count == 0)
            {
                _drained.TrySetResult();
            }

            drained = _drained.Task;
        }

        // A caller that waits for room must not outlive the drain: what is under way may never end.
        RefuseWaiters();
        await drained.WaitAsync(timeout, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int left = Count;
        if (left > 0)
        {
            await CancelLeftAsync(left).ConfigureAwait(false);
        }

        return left;
    }

    /// <summary>Drains within <see cref="InFlightTasksOptions.DrainTimeout"/>.</summary>
    public async ValueTask DisposeAsync() => await DrainAsync(_drainTimeout).ConfigureAwait(false);

    private async Task CancelLeftAsync(int left)
    {
        string? origin = GetStatistics().OldestOrigin;
        Warn(logger => Log.DrainIncomplete(logger, left, VisibleText.OfName(_name), origin ?? "nowhere"));
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException)
        {
            // Callbacks that the work registered are the work's.
        }
    }
}
