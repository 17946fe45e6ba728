using System.Runtime.InteropServices;

namespace MemGuard.Tool.Running;

/// <summary>Hands the signals that the tool gets on to its child, and lives until the child has ended.</summary>
internal sealed partial class Signals : IDisposable
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Terminate = 15;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly bool _hasTerminal = !Console.IsInputRedirected;
    private volatile int _childId;

    /// <summary>The signal that came first; null before one. Its number, as the system has it.</summary>
    public int? First { get; private set; }

    /// <summary>Whether the child has ended: from then on Ctrl+C ends the tool, as everywhere.</summary>
    public bool IsChildGone { get; set; }

    public void Listen()
    {
        Add(PosixSignal.SIGINT, Interrupt);
        Add(PosixSignal.SIGTERM, Terminate);
        Add(PosixSignal.SIGHUP, HangUp);
        Add(PosixSignal.SIGQUIT, Quit);
    }

    /// <summary>The child is there.</summary>
    public void SendTo(int childId) => _childId = childId;

    /// <summary>Asks the child to end.</summary>
    public void Stop() => Send(Terminate);

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Add(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context => Receive(context, number)));

    // An exception here would end the tool before its child.
    private void Receive(PosixSignalContext context, int number)
    {
        First ??= number;
        if (IsChildGone)
        {
            return;
        }

        context.Cancel = true;

        // From a terminal Ctrl+C and Ctrl+\ reach the child by themselves: one group.
        if (number is not (Interrupt or Quit) || !_hasTerminal)
        {
            Send(number);
        }
    }

    private void Send(int number)
    {
        if (_childId > 0 && !OperatingSystem.IsWindows())
        {
            _ = Kill(_childId, number);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
