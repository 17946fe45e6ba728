using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>Which slots of a table are free. Padded, and apart from the table: every reader reads that, every removal writes this.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal sealed class CacheFreeSlots
{
    /// <summary>First of the slots that were given back; in the upper half, how often this changed, so that no two states look alike.</summary>
    [FieldOffset(48)]
    public long First;

    /// <summary>The first slot that was never used.</summary>
    [FieldOffset(56)]
    public int Fresh = 1;
}
