namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>The answer to <c>POST api/v1/collection</c>.</summary>
internal sealed record CollectionAnswer
{
    public int Schema { get; init; } = 1;

    /// <summary>Why none was made; null where one was.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>When to ask again; null where it is not a matter of time.</summary>
    public double? RetryAfterSeconds { get; init; }

    public long? BeforeBytes { get; init; }

    public long? LiveBytes { get; init; }

    public double? PauseSeconds { get; init; }

    /// <summary>The same in one sentence.</summary>
    public required string Line { get; init; }
}
