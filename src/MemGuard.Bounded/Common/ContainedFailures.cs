namespace MemGuard.Bounded;

/// <summary>How many failures the structures have contained: of the ticker, the registry, and of callbacks and log sinks that they called.</summary>
/// <remarks>Thread-safe. Allocates nothing: it is called where memory may be what failed.</remarks>
internal static class ContainedFailures
{
    private static long _total;

    public static long Total => Interlocked.Read(ref _total);

    public static void Count() => Interlocked.Increment(ref _total);

    /// <summary>Runs an action, and counts what it throws.</summary>
    public static void Run(Action action) => Run(action, static run => run());

    /// <inheritdoc cref="Run(Action)"/>
    public static void Run<TState>(TState state, Action<TState> action)
    {
        if (!Containment.TryRun(state, action, out _))
        {
            Count();
        }
    }
}
