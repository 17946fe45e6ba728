using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Everything the detector knows that the verdict may need. Immutable; a new one only when something changed.</summary>
internal sealed record TrendReport
{
    public required MemorySample Sample { get; init; }

    /// <summary>The leading growth, or null.</summary>
    public GrowthFact? Growth { get; init; }

    /// <summary>Other growing series.</summary>
    public IReadOnlyList<GrowthFact> Others { get; init; } = [];

    public bool IsThrashing { get; init; }

    /// <summary>Share of time in collection pauses when <see cref="IsThrashing"/> was decided, 0–100.</summary>
    public double PausePercentage { get; init; }

    public double FullCollectionsPerSecond { get; init; }

    /// <summary>Heap over its limit; NaN when none is known.</summary>
    public double HeapRatio { get; init; }

    public bool IsNearLimit { get; init; }

    /// <summary>Usage over the limit when <see cref="IsNearLimit"/> was decided.</summary>
    public double UsageRatio { get; init; }

    /// <summary>Whether a full collection would confirm or withdraw a suspicion now. The service decides within its budget.</summary>
    public bool WantsFullCollection { get; init; }

    /// <summary>Whether full collections are missing, so that the word "leak" cannot be said yet.</summary>
    public bool LacksFullCollections { get; init; }

    public IReadOnlyList<MemoryTrend> Trends => Growth is null ? [] : [Growth.Trend, .. Others.Select(fact => fact.Trend)];
}
