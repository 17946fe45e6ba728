using MemGuard.Recording;

namespace MemGuard.Tool.Sessions;

/// <summary>Everything known about a watched process. What is unknown is null.</summary>
internal sealed record SessionReport
{
    public string? Application { get; init; }

    public string? Runtime { get; init; }

    /// <summary>Who watched: the hook or the application itself.</summary>
    public string? By { get; init; }

    public int? ProcessId { get; init; }

    /// <summary>What the child exited with; null while it lives, and where it was not the tool's child.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How it ended, as its black box tells.</summary>
    public PreviousRun? End { get; init; }

    public IReadOnlyList<AlertLine> Alerts { get; init; } = [];

    public int SampleCount { get; init; }

    /// <summary>The process's age at its last sample.</summary>
    public TimeSpan? Duration { get; init; }

    public long? FirstUsedBytes { get; init; }

    public long? LastUsedBytes { get; init; }

    public long? MostUsedBytes { get; init; }

    public long? LimitBytes { get; init; }

    /// <summary>Other lines of the hook.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Paths of reports of heap snapshots (Markdown).</summary>
    public IReadOnlyList<string> HeapReports { get; init; } = [];

    public bool WasAttached => ProcessId is not null;

    /// <summary>The alert that says most: the last confirmed one, with its late evidence where that came.</summary>
    public AlertLine? Worst => Alerts.LastOrDefault(static alert => alert.IsConfirmed) ?? Alerts.LastOrDefault(static alert => alert.Stage == "Suspected");

    /// <summary>Whether it is over: the last word on that problem, evidence that came late left aside.</summary>
    public bool IsResolved => Worst is { } worst && Alerts.LastOrDefault(alert => alert.Problem == worst.Problem && !alert.IsLateEvidence) is { Stage: "Resolved" };

    /// <summary>The one sentence to read.</summary>
    public string Verdict =>
        !WasAttached ? "MemGuard was not attached: nothing is known of the memory"
        : Worst is { } worst ? worst.Message
        : SampleCount == 0 ? "no alert, and no sample in the session: the process ended too soon, or its option RecordTo leads elsewhere"
        : $"no growth that matters in {DurationText.Of(Duration ?? TimeSpan.Zero)}";
}
