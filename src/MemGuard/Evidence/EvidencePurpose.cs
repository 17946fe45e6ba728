namespace MemGuard.Evidence;

/// <summary>Why evidence is collected.</summary>
public enum EvidencePurpose
{
    /// <summary>
    /// Growth is suspected, or would be if what holds it lasted: record what is there now, to compare with later. Suspects that are returned are not
    /// written; those with a <see cref="LeakSuspect.HolderKind"/> tell the detector who holds the growth.
    /// </summary>
    Baseline,

    /// <summary>The problem is confirmed: name what holds the memory.</summary>
    Suspect,
}
