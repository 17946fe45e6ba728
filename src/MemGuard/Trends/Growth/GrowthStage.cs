namespace MemGuard.Trends;

/// <summary>How far the evidence for growth has come.</summary>
internal enum GrowthStage
{
    None,
    Suspected,
    Confirmed,
}
