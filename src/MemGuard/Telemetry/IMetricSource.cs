using MemGuard.Containers;
using MemGuard.Costs;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>What the meter publishes of the running monitor. Every property is cheap and does not throw.</summary>
internal interface IMetricSource
{
    MemorySample? Latest { get; }

    /// <summary>The container as last read; null before that, and where there is none.</summary>
    ContainerDetails? Container { get; }

    /// <summary>The limit that the options set; null where they set none.</summary>
    long? ConfiguredLimitBytes { get; }

    /// <summary>What is suspected or confirmed now, with the figures of now.</summary>
    IReadOnlyList<MemoryDiagnosis> OpenProblems { get; }

    long ConfirmingCollections { get; }

    TimeSpan SampleDuration { get; }

    /// <summary>How late the last sample was, or how long one has been due that does not come.</summary>
    TimeSpan SampleLateness { get; }

    /// <summary>How much MemGuard does, by its budget.</summary>
    CostTier Tier { get; }

    /// <summary>Bytes that MemGuard's own state holds, by what holds them; what is not known is left out.</summary>
    IReadOnlyList<(string Holder, long Bytes)> HeldBytes { get; }

    /// <summary>Samples recorded and lost; null when nothing is recorded.</summary>
    (long Written, long Dropped)? RecordedRows { get; }

    /// <summary>How the process before ended; null where that is not known.</summary>
    PreviousRun? PreviousRun { get; }
}
