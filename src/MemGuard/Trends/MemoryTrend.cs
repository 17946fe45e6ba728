namespace MemGuard.Trends;

/// <summary>How one series moved over a window of time.</summary>
public sealed record MemoryTrend
{
    /// <summary>What was measured.</summary>
    public required MemorySeries Series { get; init; }

    /// <summary>Level at the start: bytes, or a count for timers and assemblies. Where a longer window was looked at, that of its first quarter.</summary>
    public required double Start { get; init; }

    /// <summary>Level at the end; where a longer window was looked at, that of its last quarter.</summary>
    public required double End { get; init; }

    /// <summary>Time from <see cref="Start"/> to <see cref="End"/>.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Robust slope, in units per hour.</summary>
    public required double PerHour { get; init; }

    /// <summary>Lower end of the slope's interval.</summary>
    public required double PerHourLow { get; init; }

    /// <summary>Upper end of the slope's interval.</summary>
    public required double PerHourHigh { get; init; }

    /// <summary>Significance of the growth, 0–1. Reported only; never the gate of an alert.</summary>
    public required double Confidence { get; init; }

    /// <summary>Growth over <see cref="Window"/>: <see cref="End"/> less <see cref="Start"/>.</summary>
    public double Growth => End - Start;
}
