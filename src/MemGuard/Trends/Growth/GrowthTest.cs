namespace MemGuard.Trends;

/// <summary>The tests that growth must pass, in the order in which they are made.</summary>
internal enum GrowthTest
{
    None,
    Points,
    Size,
    Load,
    Importance,
    Spread,
    Jumps,
    NewHigh,
    Fall,
    LevellingOff,
    Bend,
    Wave,
    Certainty,
    Witness,
    Proportion,
    Collections,
    Reclaimable,
    Holder,
}
