using System.Runtime.InteropServices;

namespace MemGuard.Caching;

/// <summary>Counts writes: the time in which the cache tells which entry was used last. Costs a read one look at a field.</summary>
/// <remarks>Padded: what lies beside it in memory may be read by every reader.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal sealed class AccessClock
{
    [FieldOffset(56)]
    private long _now;

    public long Now => Volatile.Read(ref _now);

    /// <summary>Not interlocked: two writes at once may make one step, and then any of the two is the older.</summary>
    public long Advance()
    {
        long next = _now + 1;
        Volatile.Write(ref _now, next);
        return next;
    }
}
