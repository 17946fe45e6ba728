namespace MemGuard.Bounded;

/// <summary>
/// One process-wide background thread that ticks every structure with timed work. It holds its targets weakly and ends when none is left.
/// </summary>
/// <remarks>A target with a time provider of its own is ticked by that provider's timers instead.</remarks>
internal static class SharedTicker
{
    /// <summary>Starts ticking a target. It ends when the target says so or is collected.</summary>
    public static void Add(ITickTarget target, TimeProvider timeProvider) => throw new NotSupportedException();
}
