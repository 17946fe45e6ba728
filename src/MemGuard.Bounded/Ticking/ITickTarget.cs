namespace MemGuard.Bounded;

/// <summary>Something that wants to be called now and then by the shared timer thread. Held weakly.</summary>
internal interface ITickTarget
{
    /// <summary>The least time between two ticks. At least 10 ms.</summary>
    TimeSpan TickPeriod { get; }

    /// <summary>Does the work that is due. Short, and contained: it must not throw.</summary>
    /// <param name="nowMilliseconds">The monotonic clock of the target's time provider.</param>
    /// <returns>False when no further tick is wanted; the target may add itself again later.</returns>
    bool Tick(long nowMilliseconds);
}
