namespace MemGuard.Evidence;

/// <summary>Why evidence is collected.</summary>
public enum EvidencePurpose
{
    /// <summary>Growth is suspected: record what is there now, to compare with later.</summary>
    Baseline,

    /// <summary>The problem is confirmed: name what holds the memory.</summary>
    Suspect,
}
