using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Telemetry;

/// <summary>What the meter publishes of the running monitor. Every property is cheap and does not throw.</summary>
internal interface IMetricSource
{
    MemorySample? Latest { get; }

    long ConfirmingCollections { get; }

    TimeSpan SampleDuration { get; }

    TimeSpan SampleLateness { get; }

    /// <summary>Samples recorded and lost; null when nothing is recorded.</summary>
    (long Written, long Dropped)? RecordedRows { get; }

    /// <summary>How the process before ended; null where that is not known.</summary>
    PreviousRun? PreviousRun { get; }
}
