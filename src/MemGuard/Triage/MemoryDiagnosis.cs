using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Triage;

/// <summary>What MemGuard thinks of the process's memory, with its reason in numbers and the next step to take.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MemoryDiagnosis
{
    /// <summary>The kind of trouble, or <see cref="MemoryProblem.None"/>.</summary>
    public required MemoryProblem Problem { get; init; }

    /// <summary>The facts, with figures, as one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do now, as one sentence.</summary>
    public required string NextStep { get; init; }

    /// <summary>The sample on which the diagnosis was made.</summary>
    public MemorySample Sample { get; init; }

    /// <summary>The trends behind it, the deciding one first.</summary>
    public IReadOnlyList<MemoryTrend> Trends { get; init; } = [];

    /// <summary>Whether the evidence is complete. While false the problem is only suspected: memory is growing, but it may be a warm-up.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The present growth of the deciding series in bytes per hour, on which the forecast rests; null where the problem is not growth in bytes.</summary>
    public double? BytesPerHour { get; init; }

    /// <summary><see cref="Reason"/> without its forecast, for when the limit is reached and the forecast, made from older figures, still says seconds; null where it is the same.</summary>
    internal string? ReasonAtTheLimit { get; init; }

    /// <summary>The growth as <see cref="Reason"/> tells it; null where the problem is not growth in bytes.</summary>
    internal GrowthFigures? Figures { get; init; }

    /// <summary>What ended the last problem, as a clause; null when nothing has ended.</summary>
    internal string? EndedBecause { get; init; }

    /// <summary>What to do where evidence named a suspect without a next step of its own; null for <see cref="NextStep"/>. A count that climbs says less than the suspect.</summary>
    internal string? NextStepOfSuspect { get; init; }

    /// <summary>Best estimate of the time until the nearer limit is reached; null when the data does not support a forecast.</summary>
    public TimeSpan? TimeToLimit { get; init; }

    /// <summary>Lower end of the forecast's range.</summary>
    public TimeSpan? TimeToLimitLow { get; init; }

    /// <summary>Upper end of the forecast's range; null when it is open.</summary>
    public TimeSpan? TimeToLimitHigh { get; init; }
}
