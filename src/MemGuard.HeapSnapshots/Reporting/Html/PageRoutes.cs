namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Which routes allocate, from a sample of the requests.</summary>
internal sealed record PageRoutes
{
    public int Schema { get; init; } = 1;

    /// <summary>One request in this many was measured.</summary>
    public int OneIn { get; init; }

    public required IReadOnlyList<PageRoute> Routes { get; init; }
}

/// <summary>One route.</summary>
internal sealed record PageRoute
{
    public required string Route { get; init; }

    public long MeasuredRequests { get; init; }

    public long AllocatedBytesPerRequest { get; init; }

    /// <summary>Its share of what all measured requests allocated, 0–1.</summary>
    public double? AllocatedShareRatio { get; init; }

    public double MeanSeconds { get; init; }

    public double LongestSeconds { get; init; }
}
