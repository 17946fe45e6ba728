using MemGuard.Costs;

namespace MemGuard.Recording;

/// <summary>The one black box of this process. Hosts come and go; it stays open until the process ends, whose last word it takes.</summary>
/// <param name="Place">The directory it was opened for.</param>
/// <param name="Pages">Its file.</param>
/// <param name="Notes">What the process notes of its end.</param>
/// <param name="Handlers">Who hears of it.</param>
/// <param name="Before">How the process before ended.</param>
internal sealed record ProcessBox(string Place, IBlackBoxPages Pages, BlackBoxNotes Notes, BlackBoxHandlers Handlers, PreviousRun? Before)
{
    private static readonly Lock Gate = new();
    private static ProcessBox? _open;

    /// <summary>The session that writes; null between two hosts.</summary>
    private static object? _writer;

    public static PreviousRun? Previous => Volatile.Read(ref _open)?.Before;

    /// <summary>Lets a session write the box, which is opened if it is not.</summary>
    /// <returns>Null while another session of this process writes it.</returns>
    public static ProcessBox? TryEnter(object writer, string place, Func<ProcessBox> open)
    {
        lock (Gate)
        {
            if (_writer is not null)
            {
                return null;
            }

            if (_open is not null && _open.Place != place)
            {
                CloseUnsynchronized();
            }

            if (_open is null)
            {
                _open = open();
                OwnCosts.OfProcess.AddDisk(CostPart.BlackBox, BlackBoxFormat.FileBytes, 1);
                _open.Handlers.Listen();
            }
            else
            {
                _open.Notes.Running();
            }

            _writer = writer;
            return _open;
        }
    }

    /// <summary>The session writes no more.</summary>
    public static void Leave(object writer)
    {
        lock (Gate)
        {
            if (_writer == writer)
            {
                _writer = null;
                _open?.Notes.Stopping();
            }
        }
    }

    /// <summary>The session writes no more, and nothing shall be told of this process.</summary>
    public static void Forget(object writer)
    {
        lock (Gate)
        {
            if (_writer == writer)
            {
                _writer = null;
                CloseUnsynchronized();
            }
        }
    }

    private static void CloseUnsynchronized()
    {
        if (_open is not null)
        {
            OwnCosts.OfProcess.AddDisk(CostPart.BlackBox, -BlackBoxFormat.FileBytes, -1);
        }

        _open?.Handlers.Dispose();
        Containment.Run(_open, static box => box?.Pages.Delete());
        _open = null;
    }
}
