namespace MemGuard;

/// <summary>The one way to call what must not fail its caller: a callback or a log sink of the host's, a step of a shutdown.</summary>
/// <remarks>Stateless. Delegates take their state as an argument, so that static ones serve where a call may not allocate.</remarks>
internal static class Containment
{
    /// <summary>Runs an action whose failure nobody could act on.</summary>
    public static void Run(Action action) => Run(action, static run => run());

    /// <inheritdoc cref="Run(Action)"/>
    public static void Run<TState>(TState state, Action<TState> action) => TryRun(state, action, out _);

    /// <summary>Runs an action.</summary>
    /// <returns>Whether it did not throw.</returns>
    public static bool TryRun<TState>(TState state, Action<TState> action, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Exception? failure)
    {
        failure = null;
        try
        {
            action(state);
            return true;
        }
        catch (Exception exception)
        {
            failure = exception;
            return false;
        }
    }
}
