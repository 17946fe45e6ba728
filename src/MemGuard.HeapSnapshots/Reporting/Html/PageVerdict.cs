namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>What somebody who was woken up reads first.</summary>
internal sealed record PageVerdict
{
    /// <summary>One of off, starting, healthy, suspected, confirmed, resolved.</summary>
    public required string Stage { get; init; }

    /// <summary>The problem as the metrics name it; null where there is none.</summary>
    public string? Problem { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required string Headline { get; init; }

    /// <summary>The facts behind it.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do; null where there is nothing.</summary>
    public string? NextStep { get; init; }

    /// <summary>The alert's line as the log has it; null without an alert.</summary>
    public string? Line { get; init; }

    /// <summary>When the problem was suspected or confirmed.</summary>
    public DateTimeOffset? Since { get; init; }

    public double? TimeToLimitSeconds { get; init; }

    public double? TimeToLimitLowSeconds { get; init; }

    public double? TimeToLimitHighSeconds { get; init; }

    public double? BytesPerHour { get; init; }

    public PageTrend? Trend { get; init; }
}

/// <summary>The line through the points that decided.</summary>
internal sealed record PageTrend
{
    public required string Series { get; init; }

    /// <summary>Monotonic time of its end, as in the history.</summary>
    public double EndElapsedSeconds { get; init; }

    public double WindowSeconds { get; init; }

    public double Start { get; init; }

    public double End { get; init; }

    public double PerHour { get; init; }

    public double PerHourLow { get; init; }

    public double PerHourHigh { get; init; }
}
