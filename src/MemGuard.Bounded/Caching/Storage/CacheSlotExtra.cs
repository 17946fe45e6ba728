namespace MemGuard.Bounded;

/// <summary>What an entry has beside its slot in a cache with expiry or weights: 32 bytes.</summary>
internal struct CacheSlotExtra
{
    /// <summary>
    /// Clock milliseconds of the last read or write, where that counts; readers write it at most once per clock step. Where values are renewed, which
    /// excludes that reads count: when the age of the renewal began.
    /// </summary>
    public long LastAccess;

    /// <summary>As the weigher says; 0 in a cache without one.</summary>
    public long Weight;

    /// <summary>Time after the last access at which the entry is gone, where each has its own, in steps of 10 ms; 0 for never.</summary>
    public uint SlidingSteps;

    /// <summary>Neighbours in the wheel's slot; under the shard's lock only.</summary>
    public int WheelPrevious, WheelNext;

    /// <summary>Index of the wheel's slot whose chain the entry joined, plus one; 0 while it is in no chain.</summary>
    public short WheelSlot;

    /// <summary>The same after all entries got other indices.</summary>
    public readonly CacheSlotExtra Move(int[] moved) => this with { WheelPrevious = moved[WheelPrevious], WheelNext = moved[WheelNext] };
}
