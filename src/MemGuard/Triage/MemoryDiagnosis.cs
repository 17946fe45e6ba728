using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Triage;

/// <summary>What MemGuard thinks of the process's memory, with its reason in numbers and the next step to take.</summary>
/// <param name="Problem">The kind of trouble, or <see cref="MemoryProblem.None"/>.</param>
/// <param name="Reason">The facts, with figures, as one sentence.</param>
/// <param name="NextStep">What to do now, as one sentence.</param>
/// <param name="Sample">The sample on which the diagnosis was made.</param>
/// <param name="Trends">The trends behind it, the deciding one first.</param>
public sealed record MemoryDiagnosis(
    MemoryProblem Problem,
    string Reason,
    string NextStep,
    MemorySample Sample,
    IReadOnlyList<MemoryTrend> Trends)
{
    /// <summary>Whether the evidence is complete. While false the problem is only suspected: memory is growing, but it may be a warm-up.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Growth of the deciding series in bytes per hour; null where the problem is not growth in bytes.</summary>
    public double? BytesPerHour { get; init; }

    /// <summary>Best estimate of the time until the nearer limit is reached; null when the data does not support a forecast.</summary>
    public TimeSpan? TimeToLimit { get; init; }

    /// <summary>Lower end of the forecast's range.</summary>
    public TimeSpan? TimeToLimitLow { get; init; }

    /// <summary>Upper end of the forecast's range; null when it is open.</summary>
    public TimeSpan? TimeToLimitHigh { get; init; }
}
