namespace MemGuard.Trends;

/// <summary>Who holds the growth, and what follows from it. Immutable.</summary>
internal sealed record GrowthHolder
{
    public required HolderKind Kind { get; init; }

    /// <summary>In the user's words.</summary>
    public required string Name { get; init; }

    /// <summary>Of what is bounded, how full it was, 0–1; NaN when that is not known.</summary>
    public double FilledRatio { get; init; } = double.NaN;

    /// <summary>Seconds of uptime until which nothing held by it is confirmed; negative infinity where it does not wait.</summary>
    public double WaitsUntil { get; init; } = double.NegativeInfinity;

    /// <summary>Level of the live heap above which it is not waited for: more than it can hold.</summary>
    public double WaitsBelow { get; init; } = double.PositiveInfinity;

    /// <summary>Whether it may let go by itself and nobody knows when: more growth is asked for.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Seconds of uptime from which on it must be asked for anew.</summary>
    public required double ValidUntil { get; init; }

    /// <summary>Whether growth up to this level is waited for at this time.</summary>
    public bool Waits(double time, double level) => time < WaitsUntil && level < WaitsBelow;
}
