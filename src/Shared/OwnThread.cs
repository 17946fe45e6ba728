namespace MemGuard;

/// <summary>
/// The one way to run a thread of MemGuard's own. Whatever leaves the work of a thread ends the process: nothing does here, not even for want of
/// memory, because nothing is allocated after the work has failed.
/// </summary>
internal static class OwnThread
{
    /// <summary>How long a thread whose step failed rests before the next one: a fault that stays must not spin.</summary>
    private const int RestMilliseconds = 1000;

    /// <summary>Starts a background thread that takes steps until one says that it was the last.</summary>
    /// <param name="name">The thread's name, for debuggers and <c>/proc</c>.</param>
    /// <param name="step">
    /// One step; false ends the thread. A step that throws is taken again after a second: the work goes on, as when the memory was short for a moment.
    /// </param>
    /// <param name="onFailure">Hears what a step threw; what it throws itself is dropped.</param>
    /// <param name="priority">The thread's priority.</param>
    /// <returns>The thread; null where none can be had, for want of memory or at a limit on processes.</returns>
    public static Thread? TryStart(string name, Func<bool> step, Action<Exception> onFailure, ThreadPriority priority = ThreadPriority.Normal)
    {
        try
        {
            // Unsafe: the thread outlives the request in which it happened to be started, whose context it must not keep.
            Thread thread = new(() => Run(step, onFailure)) { IsBackground = true, Name = name, Priority = priority };
            thread.UnsafeStart();
            return thread;
        }
        catch (Exception failure)
        {
            Tell(onFailure, failure);
            return null;
        }
    }

    private static void Run(Func<bool> step, Action<Exception> onFailure)
    {
        while (TryStep(step, onFailure))
        {
        }
    }

    private static bool TryStep(Func<bool> step, Action<Exception> onFailure)
    {
        try
        {
            return step();
        }
        catch (Exception failure)
        {
            Tell(onFailure, failure);
            Rest();
            return true;
        }
    }

    private static void Tell(Action<Exception> onFailure, Exception failure)
    {
        try
        {
            onFailure(failure);
        }
        catch
        {
            // It could not be counted either. The thread lives, which is what matters.
        }
    }

    private static void Rest()
    {
        try
        {
            Thread.CurrentThread.Join(RestMilliseconds);
        }
        catch
        {
            // Interrupted: the next step comes at once.
        }
    }
}
