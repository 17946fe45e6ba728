using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Governor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Takes a snapshot on SIGUSR2. With the trigger off the signal is swallowed: without a handler it would end the process.</summary>
internal sealed class SnapshotSignal(HeapSnapshotService service, HeapSnapshotOptions options, ILogger logger) : IHostedService, IDisposable
{
    private const int LinuxNumber = 12;
    private const int BsdNumber = 31;

    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows() && !KillSwitch.IsOn)
        {
            try
            {
                _registration = PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsLinux() ? LinuxNumber : BsdNumber), OnSignal);
            }
            catch (Exception exception) when (exception is IOException or PlatformNotSupportedException or ArgumentException)
            {
                Log.SignalUnavailable(logger, exception);
            }
        }

        return Task.CompletedTask;
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
        Containment.Run(() =>
        {
            if (options.CaptureOnSignal)
            {
                _ = CaptureAsync();
            }
            else
            {
                Log.SignalIgnored(logger);
            }
        });
    }

    private async Task CaptureAsync()
    {
        HeapSnapshotResult result = await service.CaptureAsync(SnapshotCause.Signal, "SIGUSR2", null, CancellationToken.None).ConfigureAwait(false);
        result.Snapshot?.Dispose();
    }
}
