using System.Diagnostics.Metrics;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Sessions;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>What a session is made of: from the host's services, or put together by hand.</summary>
internal sealed record SessionParts
{
    /// <summary>Lines of one event that are written at once; then one every ten minutes.</summary>
    private const int EventBurst = 8;

    /// <summary>The options as of the start.</summary>
    public required MemGuardOptions Options { get; init; }

    /// <summary>Where all lines go. It must not block.</summary>
    public required BackgroundLogger Logger { get; init; }

    /// <summary>Where the advice about limits goes: a category of its own, so that it can be silenced by itself. It must not block.</summary>
    public required ILogger LimitsLogger { get; init; }

    /// <summary>Every clock.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Hears of every contained failure.</summary>
    public required InternalFaults Faults { get; init; }

    /// <summary>Makes the sampler.</summary>
    public SamplerFactory CreateSampler { get; init; } = static (settings, time, faults) => MemorySampler.Create(settings, time, faults);

    /// <summary>Makes the meter; null for one of our own.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>Find what holds the memory.</summary>
    public IReadOnlyList<IEvidenceCollector> Collectors { get; init; } = [];

    /// <summary>Hear of alerts.</summary>
    public IReadOnlyList<IMemoryAlertHandler> Handlers { get; init; } = [];

    /// <summary>Where the tool that started or attached to this process looks; null without one.</summary>
    public SessionFolder? Folder { get; init; }

    /// <summary>Tells of refused changes of the options; null where nothing does.</summary>
    public IRefusedOptions? RefusedOptions { get; init; }

    /// <summary>Makes a recording as the options say.</summary>
    public ISampleSink CreateRecording(string directory)
    {
        SeriesWriterSettings settings = new()
        {
            MaxFileBytes = Options.RecordMaxFileBytes,
            MaxFiles = Options.RecordMaxFiles,

            // As much as one process may record: a restart must not delete the recording of the crash that caused it.
            MaxEarlierBytes = Options.RecordMaxFileBytes * Options.RecordMaxFiles,
        };
        return new SeriesWriter(new SeriesDirectory(directory, settings), settings, exception => Faults.Report("recording", exception));
    }

    /// <summary>Makes a session and starts it, contained: the environment may be strange, and the process must go on all the same.</summary>
    /// <param name="logger">The host's logger.</param>
    /// <param name="timeProvider">Every clock.</param>
    /// <param name="gather">Puts the parts together around the logger and the faults that it is given.</param>
    /// <param name="start">Starts the session.</param>
    /// <returns>The session; null where it could not be started, which is said.</returns>
    public static MonitorSession? TryStart(ILogger logger, TimeProvider timeProvider, Func<BackgroundLogger, InternalFaults, SessionParts> gather, Action<MonitorSession> start)
    {
        InternalFaults? faults = null;
        BackgroundLogger background = new(logger, () => faults?.Count("the logger"), new LogBudget(timeProvider, EventBurst));
        faults = new InternalFaults(background, timeProvider);
        MonitorSession? session = null;
        try
        {
            session = new MonitorSession(gather(background, faults));
            start(session);
            return session;
        }
        catch (Exception exception)
        {
            faults.Report("starting to watch", exception);
            session?.Dispose();
            return null;
        }
    }
}
