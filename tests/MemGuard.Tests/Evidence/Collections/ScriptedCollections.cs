using MemGuard.Evidence;

namespace MemGuard.Tests.Evidence;

/// <summary>Collections that a test makes up.</summary>
internal sealed class ScriptedCollections : ICollections
{
    private readonly Dictionary<GCKind, CollectionRecord> _records = [];
    private readonly int[] _counts = new int[3];
    private long _index;

    public TimeSpan TotalPause { get; private set; }

    /// <summary>How many records were read.</summary>
    public int Reads { get; private set; }

    public int Count(int generation) => _counts[generation];

    public CollectionRecord Read(GCKind kind)
    {
        Reads++;
        return _records.GetValueOrDefault(kind);
    }

    /// <summary>A collection from its beginning to its end.</summary>
    public void Collect(int generation, double pauseMilliseconds = 1, bool isConcurrent = false)
    {
        CountOne(generation, pauseMilliseconds);
        Report(generation, pauseMilliseconds, isConcurrent, ++_index);
    }

    /// <summary>A background collection that is counted and still runs; its number.</summary>
    public long Begin(double pauseMilliseconds)
    {
        CountOne(2, pauseMilliseconds);
        return ++_index;
    }

    /// <summary>The runtime has the record of a collection.</summary>
    public void Report(int generation, double pauseMilliseconds, bool isConcurrent, long index)
    {
        CollectionRecord record = new()
        {
            Index = index,
            Generation = generation,
            IsConcurrent = isConcurrent,
            IsCompacting = !isConcurrent,
            Pause = TimeSpan.FromMilliseconds(pauseMilliseconds),
            HeapBeforeBytes = 134L << 20,
            HeapAfterBytes = 102L << 20,
            FragmentedBeforeBytes = 2L << 20,
            LiveBytes = 102L << 20,
            PromotedBytes = 102L << 20,
            PinnedCount = 1,
        };
        _records[generation < 2 ? GCKind.Ephemeral : isConcurrent ? GCKind.Background : GCKind.FullBlocking] = record;
        _records[GCKind.Any] = record;
    }

    private void CountOne(int generation, double pauseMilliseconds)
    {
        for (int each = 0; each <= generation; each++)
        {
            _counts[each]++;
        }

        TotalPause += TimeSpan.FromMilliseconds(pauseMilliseconds);
    }
}
