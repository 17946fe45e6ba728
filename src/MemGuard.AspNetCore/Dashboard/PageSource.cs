using System.Globalization;
using System.Reflection;
using MemGuard.Alerts;
using MemGuard.AspNetCore.Routes;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>Collects what the page is made of, when somebody asks.</summary>
internal sealed class PageSource(IMemoryMonitor monitor, SnapshotLibrary library, SnapshotRun run, IServiceProvider services)
{
    private readonly IOptionsMonitor<MemGuardOptions>? _options = services.GetService<IOptionsMonitor<MemGuardOptions>>();
    private readonly PageApplication _application = Describe(services.GetService<IHostEnvironment>());

    /// <summary>What requests come to by route; null where they are not measured.</summary>
    public RouteTable? Routes { get; } = services.GetService<RouteTable>();

    /// <summary>Replaced as a whole: anybody asks.</summary>
    private PageVersion? _version;

    // A large copy of the history would be needed to see it again: it never changes.
    private TimeSpan? _watchedSince;

    /// <summary>Names this process; it is no secret and leads nowhere.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N")[..12];

    public MemorySample? Latest => monitor.Latest;

    public bool IsSnapshotRunning => run.IsRunning;

    /// <summary>How often a new sample is looked for.</summary>
    public TimeSpan TickPeriod => SampleInterval < TimeSpan.FromSeconds(1) ? SampleInterval : TimeSpan.FromSeconds(1);

    private TimeSpan SampleInterval => _options?.CurrentValue.SamplingInterval ?? TimeSpan.FromSeconds(1);

    /// <summary>Changes when alerts, snapshots or the verdict's stage do: the page asks for its lists again. The same object until then.</summary>
    public PageVersion GetVersion()
    {
        IReadOnlyList<MemoryAlert> alerts = monitor.GetRecentAlerts();
        MemoryDiagnosis diagnosis = monitor.Diagnose();
        int suspects = 0;
        for (int i = 0; i < alerts.Count; i++)
        {
            suspects += alerts[i].Suspects.Count;
        }

        TimeSpan last = alerts is [.., { } newest] ? newest.Elapsed : TimeSpan.Zero;
        PageVersion.Parts parts = new(alerts.Count, (long)last.TotalSeconds, suspects, diagnosis.Problem, diagnosis.IsConfirmed, library.Version, run.Version);
        return _version is { } known && known.MadeOf == parts ? known : _version = new PageVersion(parts);
    }

    /// <param name="withHistory">Whether the samples are wanted too: they are a large copy.</param>
    public PageFacts Collect(bool withHistory = false)
    {
        IReadOnlyList<MemorySample> history = withHistory || _watchedSince is null ? monitor.GetHistory() : [];
        _watchedSince ??= history is [{ } first, ..] ? first.Elapsed : null;
        MemoryDiagnosis diagnosis = monitor.Diagnose();
        return new PageFacts
        {
            Application = _application,
            Run = Run,
            IsEnabled = _options?.CurrentValue.Enabled ?? true,
            SampleIntervalSeconds = SampleInterval.TotalSeconds,
            History = history,
            Latest = monitor.Latest,
            WatchedSince = _watchedSince,
            Diagnosis = diagnosis,
            Alerts = monitor.GetRecentAlerts(),
            Limits = monitor.GetLimitAdvice(),
            PreviousRun = monitor.PreviousRun,
            Capture = run.Describe(),
            HasRoutes = Routes is not null,
            Dominators = diagnosis.Problem == MemoryProblem.None ? [] : library.NewestDominators(),
        };
    }

    private static PageApplication Describe(IHostEnvironment? environment) => new()
    {
        Name = PageText.Name(environment?.ApplicationName ?? "application"),
        Version = VersionOf(Assembly.GetEntryAssembly()) is { } version ? PageText.Name(version) : null,
        Machine = PageText.Name(Environment.MachineName),
        MemGuardVersion = VersionOf(typeof(IMemoryMonitor).Assembly) ?? "",
    };

    // Without the commit.
    private static string? VersionOf(Assembly? assembly) => assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
