using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Service;
using MemGuard.Sessions;
using MemGuard.StartupHook.Logging;
using MemGuard.StartupHook.Variables;
using Microsoft.Extensions.Logging;

namespace MemGuard.StartupHook;

/// <summary>The third stage, in a load context of its own: the watch itself, put together without a service collection.</summary>
internal static class Attachment
{
    /// <summary>Called by the second stage, on a thread of its own, which contains what is thrown.</summary>
    /// <param name="session">The folder of the tool that started this process; null where there is none.</param>
    /// <param name="variables">Options that came with the hook, <c>NAME=VALUE</c> each.</param>
    /// <param name="services">The services of the application's host; null while and where there is none.</param>
    /// <param name="registrations">What was registered with it, in the application's version of the abstractions; null as above.</param>
    /// <param name="waitForHost">Waits for it; false when the time is up.</param>
    /// <param name="say">Says a line where no log can be reached.</param>
    /// <returns>What is done when the hook is put into the process again.</returns>
    public static Action Start(string? session, string[] variables, Func<IServiceProvider?> services, Func<object?> registrations, Func<TimeSpan, bool> waitForHost, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        (HookSettings settings, IReadOnlyList<string> warnings) = HookSettings.Read(EnvironmentVariables.Read(variables));
        SessionFolder? folder = session is null ? null : SessionFolder.TryClaim(session, "the hook");
        if (session is not null && folder is null)
        {
            // A second process of the same command: the first is the one that the tool tells of.
            return static () => { };
        }

        HookLoggerFactory loggers = new(settings.Log, settings.IsVerbose, folder, new AppLog(services, waitForHost));
        ILogger logger = loggers.CreateLogger("MemGuard");
        foreach (string warning in warnings)
        {
            Log.VariableIgnored(logger, warning);
        }

        settings.Snapshots.Directory ??= folder?.SnapshotsDirectory;
        HeapSnapshotCollector collector = HeapSnapshotCollector.Create(
            settings.Snapshots,
            loggers.CreateLogger("MemGuard.HeapSnapshots"),
            new SingletonNames(() => AppRegistrations.ReadServices(registrations())),
            listens: settings.ListensToSignal);
        Watch watch = new(collector);
        AppContext.SetData(StandIn.Name, (Action)watch.End);
        watch.Begin(new MonitorSetup { Options = settings.Options, LoggerFactory = loggers, Collectors = [collector], Folder = folder });
        return new Requests(watch, collector, say).Answer;
    }
}
