namespace MemGuard.Bounded;

/// <summary>A value in the making for which others wait: completed once, by whoever creates it.</summary>
internal sealed class CacheFlight<TValue>
{
    // Continuations elsewhere: the creator must not run its waiters' code.
    private readonly TaskCompletionSource<TValue> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TValue> Task => _completion.Task;

    /// <summary>Callers that still want the value; under the shard's lock.</summary>
    public int Waiters { get; set; }

    /// <summary>Ends the creation once nobody wants the value any more; null where the creator is a synchronous caller.</summary>
    public CancellationTokenSource? Cancellation { get; init; }

    /// <summary>Clock milliseconds at which the creation began.</summary>
    public required long StartedMilliseconds { get; init; }

    /// <summary>Whether it makes the value anew while the present one is good.</summary>
    public bool IsRenewal { get; init; }

    /// <summary>What the factory's code runs in; null where the creator is a synchronous caller. Written before the factory runs.</summary>
    public FlightScope? Scope { get; set; }

    /// <summary>Whether an exception is how the creation ended, and not how a wait for it did.</summary>
    public bool HasFailedWith(Exception exception) => Task.IsFaulted && Task.Exception!.InnerExceptions.Contains(exception);

    public void Complete(TValue value) => _completion.TrySetResult(value);

    public void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        // Observed: with a stale value at hand, or all waiters gone, nobody else may look.
        _ = _completion.Task.Exception;
    }
}
