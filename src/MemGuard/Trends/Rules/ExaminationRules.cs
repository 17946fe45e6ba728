namespace MemGuard.Trends;

/// <summary>How many examinations of the windows make an alert, and what ends one. A window is examined when its newest bucket ends.</summary>
internal sealed record ExaminationRules
{
    /// <summary>Examinations in a row that must pass on one scale: four wait longer (recall 0.955 → 0.940), two bring nothing (detector-method.md, "Why not sooner").</summary>
    public int Passes { get; init; } = 3;

    /// <summary>Examinations in a row below the level at which most of the growth was given back.</summary>
    public int LowExaminations { get; init; } = 3;

    /// <summary>The rest of the growth: when less than this is left, 60 % of it were given back.</summary>
    public double LeftShare { get; init; } = 0.4;

    /// <summary>The ring whose floors tell when growth was given back: 80 s (outside the heap 20 s), short, but no single dip.</summary>
    public int FollowedRing { get; init; } = 2;

    /// <summary>
    /// Bucket widths of the rings. Twice as wide each: no growth lies between two scales by more than that. The shortest holds
    /// twelve full collections in four minutes, the longest window has two days.
    /// </summary>
    public IReadOnlyList<double> WidthsSeconds { get; init; } = [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];

    /// <summary>Memory outside the heap has a value in each sample, so it can be looked at sooner.</summary>
    public IReadOnlyList<double> UnmanagedWidthsSeconds { get; init; } = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];
}
