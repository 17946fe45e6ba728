namespace MemGuard.Triage;

/// <summary>Which problems may be reported.</summary>
internal sealed record TriageSettings
{
    public bool ManagedLeak { get; init; } = true;

    public bool UnmanagedGrowth { get; init; } = true;

    public bool GCThrash { get; init; } = true;

    public bool HeapFragmentation { get; init; } = true;

    public bool NearMemoryLimit { get; init; } = true;
}
