namespace MemGuard.Bounded;

/// <summary>
/// An entry's place in its shard's order, at the index of its slot; under the shard's lock only. Apart from the slots: the order changes with
/// every insert, and a write beside what other cores read would take the line from them.
/// </summary>
internal struct CacheLink
{
    /// <summary>
    /// Neighbours in the list. The list knows its ends: there these are not kept up, so that an entry's leaving does not touch the next one's memory.
    /// </summary>
    public int Older, Newer;

    /// <summary>Which list the entry is in.</summary>
    public byte Where;

    /// <summary>Place among the watched entries, plus one; 0 when not watched.</summary>
    public byte Watch;

    /// <summary>Values of <see cref="Where"/>.</summary>
    public const byte InWindow = 1, InMain = 2;

    /// <summary>The same place after all entries got other indices.</summary>
    public readonly CacheLink Move(int[] moved) => this with { Older = moved[Older], Newer = moved[Newer] };
}
