namespace MemGuard.Bounded;

/// <summary>All batches of one name: a batch lives for a request, the registry holds this.</summary>
internal sealed class BatchGroup : IBoundedStructure
{
    private static readonly StructureGroups<BatchGroup> Groups = new(static name => new BatchGroup(name), "other_batches");

    private readonly string _name;

    /// <summary>What the batches under way may have in flight together. Interlocked, like all below.</summary>
    private long _capacity;
    private long _maxWeight;
    private long _inFlight;
    private long _inFlightWeight;

    /// <summary>Not 0 once any batch of the name has weighed its items.</summary>
    private int _isWeighed;

    private BatchGroup(string name) => _name = name;

    public static BatchGroup Get(string name) => Groups.Get(name);

    /// <param name="capacity">Items that the batch may have in flight.</param>
    /// <param name="maxWeight">Their weight; null without a bound.</param>
    /// <param name="isWeighed">Whether they are weighed at all.</param>
    public void Begin(int capacity, long? maxWeight, bool isWeighed)
    {
        Interlocked.Add(ref _capacity, capacity);
        Interlocked.Add(ref _maxWeight, maxWeight ?? 0);
        if (isWeighed)
        {
            Volatile.Write(ref _isWeighed, 1);
        }
    }

    public void End(int capacity, long? maxWeight)
    {
        Interlocked.Add(ref _capacity, -capacity);
        Interlocked.Add(ref _maxWeight, -(maxWeight ?? 0));
    }

    public void Take(long weight)
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Add(ref _inFlightWeight, weight);
    }

    public void GiveBack(long weight)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Add(ref _inFlightWeight, -weight);
    }

    public BoundedStructureUsage GetUsage() => new()
    {
        Name = _name,
        Kind = StructureKind.Batch,
        Count = Interlocked.Read(ref _inFlight),
        Capacity = Interlocked.Read(ref _capacity),
        Weight = Volatile.Read(ref _isWeighed) == 0 ? null : Interlocked.Read(ref _inFlightWeight),
        MaxWeight = Interlocked.Read(ref _maxWeight) is > 0 and long bound ? bound : null,
    };
}
