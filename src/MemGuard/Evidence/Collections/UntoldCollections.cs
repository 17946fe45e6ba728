using System.Globalization;

namespace MemGuard.Evidence;

/// <summary>Collections that were counted and have not been in a line yet, by generation, with the time for which they paused the process.</summary>
/// <remarks>A record can be read before its collection is counted: for one sample a number may be below zero, and the sums are right all the same.</remarks>
internal struct UntoldCollections
{
    public long Gen0 { get; private set; }

    public long Gen1 { get; private set; }

    public long Gen2 { get; private set; }

    public TimeSpan Pause { get; private set; }

    public readonly long Total => Gen0 + Gen1 + Gen2;

    public void Add(long gen0, long gen1, long gen2, TimeSpan pause)
    {
        Gen0 += gen0;
        Gen1 += gen1;
        Gen2 += gen2;
        Pause += pause;
    }

    /// <summary>One of them is told.</summary>
    public void Tell(in CollectionRecord record) =>
        Add(record.Generation == 0 ? -1 : 0, record.Generation == 1 ? -1 : 0, record.Generation == 2 ? -1 : 0, -record.Pause);

    /// <summary>Takes what may be told now.</summary>
    /// <param name="isFullPending">Whether one full collection still runs, whose record will come: it and all pauses stay until then.</param>
    public UntoldCollections Take(bool isFullPending)
    {
        UntoldCollections taken = default;
        taken.Add(Math.Max(0, Gen0), Math.Max(0, Gen1), Math.Max(0, Gen2 - (isFullPending ? 1 : 0)), isFullPending || Pause < TimeSpan.Zero ? TimeSpan.Zero : Pause);
        Add(-taken.Gen0, -taken.Gen1, -taken.Gen2, -taken.Pause);
        return taken;
    }

    /// <summary>"57(gen0:27,gen1:28,gen2:2)".</summary>
    public override readonly string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Total}(gen0:{Gen0},gen1:{Gen1},gen2:{Gen2})");
}
