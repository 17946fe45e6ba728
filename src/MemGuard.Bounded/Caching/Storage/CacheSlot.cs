using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// What a reader touches of an entry, in an array of such: 40 bytes with 8-byte keys and values. Links are indices, 0 for none, so that changing
/// them costs the garbage collector nothing and an entry that comes in the place of another allocates nothing.
/// </summary>
/// <remarks>
/// Written under the shard's lock, read by anybody. A reader copies what it needs and then looks whether <see cref="Version"/> is still the one
/// that it saw first (a sequence lock); if not, what it copied may belong to two entries. It would have to sleep through 2³¹ changes of one slot
/// to be mistaken.
/// </remarks>
internal struct CacheSlot<TKey, TValue>
{
    public uint Hash;

    /// <summary>Odd while the slot holds an entry, even while it is free or being changed; counts the changes.</summary>
    public uint Version;

    /// <summary>The next slot of the hash chain, or of the free slots.</summary>
    public int Next;

    /// <summary>Reads since the eviction hand passed. Any reader may write it: a lost mark, or one too many, is harmless.</summary>
    public byte Frequency;

    public TKey Key;

    public TValue Value;

    /// <summary>Clock milliseconds from which the entry is expired; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline;

    /// <summary>The highest <see cref="Frequency"/>: full marks are not written again.</summary>
    public const byte MaxFrequency = 3;

    /// <summary>Makes readers discard what they see from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginChange()
    {
        Version++;
        // Seen before anything that is changed next.
        Volatile.WriteBarrier();
    }

    /// <summary>Shows readers the slot as it is now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndChange() => Volatile.Write(ref Version, Version + 1);

    /// <summary>Whether all that was read since <paramref name="version"/> was one entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsUnchanged(uint version)
    {
        Volatile.ReadBarrier();
        return Version == version && (version & 1) != 0;
    }

    /// <summary>Notes a read, without a lock: a plain write that others may lose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mark()
    {
        // Not written once it is full: a hot entry's cache line stays shared between the cores.
        byte frequency = Frequency;
        if (frequency < MaxFrequency)
        {
            Frequency = (byte)(frequency + 1);
        }
    }
}
