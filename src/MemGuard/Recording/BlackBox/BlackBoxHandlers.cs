using System.Runtime.ExceptionServices;

namespace MemGuard.Recording;

/// <summary>Hears how the process ends, as far as the runtime tells: exceptions that nobody handles, failed allocations, the orderly exit.</summary>
/// <remarks>
/// What a handler throws changes how the process ends: an exit code of 0 becomes 134. Each catches everything and does one thing: a note.
/// </remarks>
internal sealed class BlackBoxHandlers(BlackBoxNotes notes) : IDisposable
{
    /// <summary>1 while a failed allocation is being noted: one that fails in here comes back here.</summary>
    [ThreadStatic]
    private static int _isNoting;

    public void Listen()
    {
        AppDomain.CurrentDomain.FirstChanceException += OnThrown;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnThrown;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    // Every exception of the process comes by: all but failed allocations cost one comparison.
    private void OnThrown(object? sender, FirstChanceExceptionEventArgs arguments)
    {
        if (arguments.Exception is not OutOfMemoryException || _isNoting != 0)
        {
            return;
        }

        _isNoting = 1;
        try
        {
            notes.OutOfMemory(GC.GetTotalMemory(forceFullCollection: false));
        }
        catch
        {
            // See above.
        }

        _isNoting = 0;
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        try
        {
            notes.Unhandled(arguments.ExceptionObject as Exception);
        }
        catch
        {
            // See above.
        }
    }

    private void OnExit(object? sender, EventArgs arguments)
    {
        try
        {
            notes.Ended(Environment.ExitCode);
        }
        catch
        {
            // See above.
        }
    }
}
