namespace DetectorEvaluation.Simulation;

/// <summary>What the recorder of a series could see.</summary>
[Flags]
internal enum Columns
{
    /// <summary>Elapsed, live after gen2, committed, allocated, working set, limits.</summary>
    Minimal = 0,
    AnyCollection = 1,
    Counts = 2,
    Anonymous = 4,
    Malloc = 8,
    Counters = 16,
    LoadTotal = 32,
    Container = 64,
    All = AnyCollection | Counts | Anonymous | Malloc | Counters | LoadTotal | Container,
}
