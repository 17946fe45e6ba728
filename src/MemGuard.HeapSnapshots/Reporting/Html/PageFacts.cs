using MemGuard.Alerts;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>What is known at one moment: everything that a page is made of.</summary>
internal sealed record PageFacts
{
    public required PageApplication Application { get; init; }

    /// <summary>Names the process.</summary>
    public required string Run { get; init; }

    public bool IsEnabled { get; init; } = true;

    public double SampleIntervalSeconds { get; init; } = 1;

    /// <summary>Samples kept so far, oldest first; empty where no history is written: it is a large copy.</summary>
    public IReadOnlyList<MemorySample> History { get; init; } = [];

    public MemorySample? Latest { get; init; }

    public required MemoryDiagnosis Diagnosis { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<MemoryAlert> Alerts { get; init; } = [];

    public MemoryLimitAdvice Limits { get; init; } = MemoryLimitAdvice.None;

    public PreviousRun? PreviousRun { get; init; }

    public required PageCapture Capture { get; init; }

    public bool HasRoutes { get; init; }

    /// <summary>What the newest snapshot names, for the chains of suspects.</summary>
    public IReadOnlyList<HeapDominator> Dominators { get; init; } = [];

    /// <summary>Elapsed time of the first sample; null before it.</summary>
    public TimeSpan? WatchedSince { get; init; }

    public TimeSpan Watched => Latest?.Elapsed - WatchedSince ?? TimeSpan.Zero;
}
