namespace MemGuard.Bounded;

/// <content>Factories that take too long.</content>
public sealed partial class BoundedCache<TKey, TValue>
{
    private bool HasFactoryTimeout => _factoryTimeoutMilliseconds != long.MaxValue;

    /// <summary>Creations that began by then have taken too long.</summary>
    private long GetOverdueSince(long now) => HasFactoryTimeout ? now - _factoryTimeoutMilliseconds : long.MinValue;

    /// <summary>How long a caller waits for a creation that somebody else began.</summary>
    private TimeSpan GetPatience(CacheFlight<TValue> flight) => HasFactoryTimeout
        ? TimeSpan.FromMilliseconds(Math.Max(1, flight.StartedMilliseconds + _factoryTimeoutMilliseconds - GetPreciseMilliseconds()))
        : Timeout.InfiniteTimeSpan;

    /// <summary>Tells the factory by its token that its time is over.</summary>
    private ITimer? StartFactoryTimer(CacheFlight<TValue> flight)
    {
        if (_options.FactoryTimeout is not TimeSpan limit)
        {
            return null;
        }

        using (ExecutionContext.SuppressFlow())
        {
            return _timeProvider.CreateTimer(
                static source => ContainedFailures.Run((CancellationTokenSource)source!, static source => source.Cancel()), flight.Cancellation, limit, Timeout.InfiniteTimeSpan);
        }
    }

    private static void GiveUp(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue> flight)
    {
        using (shard.Gate.EnterScope())
        {
            shard.Flights.GiveUp(flight);
        }
    }

    /// <summary>A factory that followed its token when its time was over has taken too long, in the words of its callers.</summary>
    private Exception ExplainEnd(Exception exception, CacheFlight<TValue> flight) =>
        exception is OperationCanceledException
        && flight.Cancellation!.IsCancellationRequested
        && HasFactoryTimeout
        && GetPreciseMilliseconds() - flight.StartedMilliseconds >= _factoryTimeoutMilliseconds
            ? CreateTimeout(exception)
            : exception;

    // Its type and never the key: keys may be secrets.
    private TimeoutException CreateTimeout(Exception inner) =>
        new($"{NameInErrors}: the factory for a key of type {typeof(TKey).Name} took longer than FactoryTimeout, {_options.FactoryTimeout}.", inner);
}
