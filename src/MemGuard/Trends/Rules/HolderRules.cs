namespace MemGuard.Trends;

/// <summary>
/// What it changes that a heap snapshot or a bounded structure says who holds the growth (detector-method.md, "Who holds the growth"). Its
/// answer costs a snapshot, so it is asked for once a suspicion; no alert waits for it.
/// </summary>
internal sealed record HolderRules
{
    /// <summary>Share of the growth that a place must hold to be its holder.</summary>
    public double LeastShare { get; init; } = 0.5;

    /// <summary>Factor on the demands where the holder lasts: no cache that fills by itself, no job. At this share the question is asked, too.</summary>
    public double LastingFactor { get; init; } = 0.5;

    /// <summary>Starts fill what lasts as well, and sessions stand in dictionaries of singletons until the first ones expire: only growth of at least this long is confirmed earlier.</summary>
    public double LastingSpanSeconds { get; init; } = 1800;

    /// <summary>Examinations in a row where the holder lasts.</summary>
    public int LastingPasses { get; init; } = 2;

    /// <summary>Factor on the demands where entries leave by themselves and nobody knows when: most of what is cached, sessions and connections level off.</summary>
    public double PassingFactor { get; init; } = 2;

    /// <summary>The longest that the end of a method is waited for: a loop that never ends may leak as well.</summary>
    public double WorkSeconds { get; init; } = 3600;

    /// <summary>A structure as full as this has nothing left to fill.</summary>
    public double FullRatio { get; init; } = 0.95;

    /// <summary>Factor on what a structure still takes and on the time that entries still have: items differ in size, and expired ones are collected later.</summary>
    public double Slack { get; init; } = 1.25;

    /// <summary>A limit this near is never waited for.</summary>
    public double NearSeconds { get; init; } = 600;

    /// <summary>The longest that an answer holds.</summary>
    public double ValidSeconds { get; init; } = 6 * 3600;

    /// <summary>The same of a structure that fills: what it takes is bounded.</summary>
    public double FillingValidSeconds { get; init; } = 48 * 3600;

    /// <summary>From one question to the next; longer each time, to the budget of snapshots, which allows an alert twelve a day.</summary>
    public double FirstPauseSeconds { get; init; } = 1800;

    public double PauseFactor { get; init; } = 2;

    public double LongestPauseSeconds { get; init; } = 2 * 3600;

    /// <summary>When less than this share of the growth is left, what held it has let go: the next growth is another's.</summary>
    public double LeftShare { get; init; } = 0.4;
}
