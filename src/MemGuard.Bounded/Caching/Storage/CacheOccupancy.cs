using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Counts entries against a capacity that may change. Both are halves of one word: an entry that is admitted by the old capacity is counted
/// before the new one holds, or not at all. Thread-safe.
/// </summary>
/// <remarks>Padded: what lies beside it in memory may be read by every reader.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal sealed class CacheOccupancy(int capacity)
{
    /// <summary>Capacity in the upper half, count in the lower.</summary>
    [FieldOffset(56)]
    private long _state = Pack(capacity, 0);

    public int Count => (int)Volatile.Read(ref _state);

    public int Capacity => (int)(Volatile.Read(ref _state) >> 32);

    public bool IsOverfull
    {
        get
        {
            long state = Volatile.Read(ref _state);
            return (int)state > (int)(state >> 32);
        }
    }

    /// <summary>Counts one entry more if it fits. One interlocked operation; none when full.</summary>
    public bool TryTake()
    {
        long state = Volatile.Read(ref _state);
        while ((int)state < (int)(state >> 32))
        {
            long seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    public void Return()
    {
        Debug.Assert(Count > 0, "An entry that is returned was taken.");
        Interlocked.Decrement(ref _state);
    }

    public void SetCapacity(int capacity)
    {
        long state = Volatile.Read(ref _state);
        long seen;
        while ((seen = Interlocked.CompareExchange(ref _state, Pack(capacity, (int)state), state)) != state)
        {
            state = seen;
        }
    }

    private static long Pack(int capacity, int count) => ((long)capacity << 32) | (uint)count;
}
