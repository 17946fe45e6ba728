namespace MemGuard.Trends;

/// <summary>
/// Every number that decides about growth, in one table: a record for each kind of judgement. Each number has its unit in its name
/// and its source beside it; "detector-method.md" is docs/contributing/detector-method.md, where the ablations stand. Those of the user are in
/// <see cref="TrendSettings"/>. An evaluation may run with other rules: <c>DetectorEvaluation --rule Window.LeastHalfSlopeRatio=0.7</c>.
/// </summary>
internal sealed record TrendRules
{
    public static TrendRules Default { get; } = new();

    /// <summary>How much growth matters.</summary>
    public ImportanceRules Importance { get; init; } = new();

    /// <summary>What the growth of a window must look like.</summary>
    public WindowRules Window { get; init; } = new();

    /// <summary>What the load explains.</summary>
    public LoadRules Load { get; init; } = new();

    /// <summary>How many examinations make an alert, and what ends one.</summary>
    public ExaminationRules Examination { get; init; } = new();

    /// <summary>A few single readings after full collections.</summary>
    public ReadingRules Reading { get; init; } = new();

    /// <summary>Readings after full collections that answer a suspicion.</summary>
    public ConfirmationRules Confirmation { get; init; } = new();

    /// <summary>Suspicion from the heap after any collection: it jumps by what a collection leaves, so 8 MB and a tenth are asked for.</summary>
    public SuspicionRules HeapSuspicion { get; init; } = new();

    /// <summary>
    /// Suspicion from memory outside the heap, which nobody cleans up within a minute: more is asked of it, and four times as much
    /// where less than three minutes are looked at, so that three steps never do.
    /// </summary>
    public SuspicionRules UnmanagedSuspicion { get; init; } = new()
    {
        LeastGrowthBytes = 12 << 20,
        LeastGrowthRatio = 0.15,
        ShortWindowFactor = 4,
        LeastNewHighRatio = 1.25,
        TakesFewSteps = false,
    };

    /// <summary>
    /// A timer a request shows as +1,200 a minute and 0.4 MB: 500 in two minutes come long before any byte counter moves.
    /// </summary>
    public CountRules Timers { get; init; } = new() { LeastRise = 500, WarmUpSeconds = 60 };

    /// <summary>A host loads assemblies for its first two minutes; 30 more in two minutes are a serializer or script that compiles for each call.</summary>
    public CountRules Assemblies { get; init; } = new() { LeastRise = 30, WarmUpSeconds = 120 };

    /// <summary>What is known to make growth.</summary>
    public CauseRules Cause { get; init; } = new();

    /// <summary>What it changes who holds the growth.</summary>
    public HolderRules Holder { get; init; } = new();

    /// <summary>When a full collection would tell something.</summary>
    public CollectionRequestRules CollectionRequest { get; init; } = new();

    /// <summary>Memory that is kept and free.</summary>
    public RetentionRules Retention { get; init; } = new();
}
