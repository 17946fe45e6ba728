namespace MemGuard.Trends;

/// <summary>One place in which memory accumulates, as a heap snapshot or a bounded structure tells it.</summary>
internal sealed record HeldPlace
{
    public required HolderKind Kind { get; init; }

    /// <summary>In the user's words.</summary>
    public string Name { get; init; } = "";

    /// <summary>Bytes that would be freed with it.</summary>
    public required double Bytes { get; init; }

    /// <summary>Share of the heap's growth since an earlier snapshot, 0–1; NaN where there was none, and the bytes have to do.</summary>
    public double GrowthShare { get; init; } = double.NaN;

    /// <summary>Of what is bounded, how full it is, 0–1; NaN when that is not known.</summary>
    public double FilledRatio { get; init; } = double.NaN;

    /// <summary>Seconds after which what is in there now has expired; NaN when that is not known.</summary>
    public double ExpiresInSeconds { get; init; } = double.NaN;
}
