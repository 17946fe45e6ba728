using System.Runtime.InteropServices;
using MemGuard.Faults;
using MemGuard.HeapSnapshots.Governor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Takes a snapshot on SIGUSR2; the second and later ones are compared with the first. With the trigger off the signal is swallowed: without a handler it would end the process.</summary>
/// <remarks>Signals are handled on one thread, which starts with the first and ends when none is left; those that arrive while one is handled are answered together.</remarks>
internal sealed class SnapshotSignal : IHostedService, IDisposable
{
    private const int LinuxNumber = 12;
    private const int BsdNumber = 31;

    private readonly HeapSnapshotService _service;
    private readonly HeapSnapshotOptions _options;
    private readonly ILogger _logger;

    // Made once: in the handler little need be made but the thread.
    private readonly Func<bool> _work;
    private readonly Action<Exception> _onFailure = static _ => { };
    private PosixSignalRegistration? _registration;

    // The first that a signal asked for: the next ones are compared with it. For the one thread that handles signals.
    private HeapSnapshot? _first;

    // 1 while a signal waits to be handled.
    private int _isAsked;

    // 1 while a thread handles signals, or is about to.
    private int _isRunning;

    public SnapshotSignal(HeapSnapshotService service, HeapSnapshotOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _service = service;
        _options = options;
        _logger = new BudgetedLogger(logger, new LogBudget(timeProvider));
        _work = Work;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    /// <summary>Listens from now on.</summary>
    public void Start()
    {
        if (KillSwitch.IsOn)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            try
            {
                _registration = PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsLinux() ? LinuxNumber : BsdNumber), OnSignal);
            }
            catch (Exception exception) when (exception is IOException or PlatformNotSupportedException or ArgumentException or OutOfMemoryException)
            {
                SnapshotFailures.Count();
                Containment.Run(() => Log.SignalUnavailable(_logger, exception));
            }
        }

        // What an earlier process left half-written goes now, and not with the first snapshot, which may never come. Not on the thread of the host's start.
        Wake();
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _registration?.Dispose();

    // An exception here would abort the process.
    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Receive();
    }

    /// <summary>What the handler does with a signal.</summary>
    internal void Receive()
    {
        Volatile.Write(ref _isAsked, 1);
        Wake();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            return;
        }

        bool isStarted = false;
        try
        {
            isStarted = OwnThread.TryStart("MemGuard signal", _work, _onFailure) is not null;
        }
        catch
        {
            // Not even the thread's description could be made.
        }

        if (!isStarted)
        {
            // The next signal tries again.
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <returns>False: none is left.</returns>
    private bool Work()
    {
        _service.Clean();
        do
        {
            while (Interlocked.Exchange(ref _isAsked, 0) == 1)
            {
                Containment.Run(this, static signal => signal.Handle());
            }

            Volatile.Write(ref _isRunning, 0);
        }
        // A signal between the last look and the line above started no thread.
        while (Volatile.Read(ref _isAsked) == 1 && Interlocked.Exchange(ref _isRunning, 1) == 0);
        return false;
    }

    private void Handle()
    {
        if (_options.CaptureOnSignal)
        {
            HeapSnapshot? snapshot = _service.Run(SnapshotCause.Signal, "SIGUSR2", _first, CancellationToken.None).Snapshot;
            if (_first is null && snapshot is { IsComplete: true })
            {
                _first = snapshot;
            }
            else
            {
                snapshot?.Dispose();
            }
        }
        else
        {
            Log.SignalIgnored(_logger);
        }
    }
}
