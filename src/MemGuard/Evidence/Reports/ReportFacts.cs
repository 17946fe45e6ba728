using System.Text.Json;
using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>All that a report tells, kept ready: whoever writes one reads nothing but this.</summary>
/// <remarks>Each property is replaced as a whole, so that any thread may read at any time.</remarks>
internal sealed class ReportFacts(ReportedProcess process, SampleHistory samples, ReportHistory history)
{
    private volatile ReportedProblem? _problem;
    private volatile ReportedLimits? _limits;
    private volatile ReportedPreviousRun? _previousRun;
    private volatile ReportedInventory _inventory = ReportedInventory.Empty;
    private volatile IReadOnlyList<ReportedAlert> _alerts = [];
    private volatile IReadOnlyList<ReportedSuspect> _suspects = [];
    private volatile IReadOnlyList<(JsonEncodedText Name, ReportedSetting Value)> _settings = [];

    public ReportedProcess Process => process;

    /// <summary>When the process started, UTC, by its first sample; null before it, and where the clock failed then.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>The newest sample; null before the first.</summary>
    public MemorySample? Sample => samples.Latest;

    public ReportHistory History => history;

    /// <summary>The open problem; null without one.</summary>
    public ReportedProblem? Problem { get => _problem; set => _problem = value; }

    public ReportedLimits? Limits { get => _limits; set => _limits = value; }

    public ReportedPreviousRun? PreviousRun { get => _previousRun; set => _previousRun = value; }

    public ReportedInventory Inventory { get => _inventory; set => _inventory = value; }

    /// <summary>The last alerts, newest first.</summary>
    public IReadOnlyList<ReportedAlert> Alerts { get => _alerts; set => _alerts = value; }

    /// <summary>The suspects of the newest alert that named some, while its problem is open.</summary>
    public IReadOnlyList<ReportedSuspect> Suspects { get => _suspects; set => _suspects = value; }

    /// <summary>MemGuard's options.</summary>
    public IReadOnlyList<(JsonEncodedText Name, ReportedSetting Value)> Settings { get => _settings; set => _settings = value; }

    /// <summary>Reads MemGuard's own cost. Must not allocate.</summary>
    public required Func<ReportedSelf> ReadSelf { get; init; }
}
