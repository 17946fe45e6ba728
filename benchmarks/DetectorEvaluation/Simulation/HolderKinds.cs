using MemGuard.Trends;

namespace DetectorEvaluation.Simulation;

/// <summary>What a heap snapshot would call the holder of each part of a service: some applications use bounded structures and memory caches, others dictionaries of their own.</summary>
internal sealed class HolderKinds
{
    private const double KnownExpiryShare = 0.3;

    /// <summary>So small a chance is below all the shares of dictionaries.</summary>
    private const double BoundedFactor = 0.1;

    private readonly Dictionary<MemoryPart, HolderKind?> _kinds = [];
    private readonly HashSet<MemoryPart> _knowsExpiry = [];

    /// <param name="spec">The service.</param>
    /// <param name="random">Chance.</param>
    /// <param name="isBounded">Whether the service keeps its caches and buffers in bounded structures, as MemGuard advises, instead of dictionaries of its own.</param>
    public HolderKinds(ServiceSpec spec, Random random, bool isBounded)
    {
        foreach (MemoryPart part in spec.Parts)
        {
            _kinds[part] = part.Place == Place.Managed ? Pick(part, random.NextDouble() * (isBounded && part is not Leak and not Startup ? BoundedFactor : 1)) : null;
            if (random.NextDouble() < KnownExpiryShare || (isBounded && part is TimeToLiveCache))
            {
                _knowsExpiry.Add(part);
            }
        }
    }

    /// <summary>Whether it is known when the entries of a part expire: only of bounded caches with one time for all.</summary>
    public bool KnowsExpiry(MemoryPart part) => _knowsExpiry.Contains(part);

    /// <summary>Null for memory that lies in many small places, which no snapshot names.</summary>
    public HolderKind? Of(MemoryPart part) => _kinds[part];

    private static HolderKind? Pick(MemoryPart part, double chance) => part switch
    {
        // Half of the dictionaries of entries that expire show it: by a timer, a token source or a field that says when.
        LinearCache or SaturatingCache => chance < 0.4 ? HolderKind.Filling : chance < 0.6 ? HolderKind.Expiring : HolderKind.Lasting,
        TimeToLiveCache => chance < 0.8 ? HolderKind.Expiring : HolderKind.Lasting,
        Connections => chance < 0.6 ? HolderKind.Expiring : chance < 0.8 ? HolderKind.Unknown : HolderKind.Lasting,
        LogarithmicCache => chance < 0.4 ? HolderKind.Expiring : HolderKind.Lasting,
        Sawtooth => chance < 0.3 ? HolderKind.Filling : HolderKind.Lasting,
        BatchJob or Spikes => chance < 0.8 ? HolderKind.RunningWork : HolderKind.Lasting,
        Staircase => HolderKind.Lasting,
        Leak => chance < 0.7 ? HolderKind.Lasting : chance < 0.8 ? HolderKind.RunningWork : chance < 0.9 ? HolderKind.Expiring : HolderKind.Unknown,
        Startup => chance < 1 / 3.0 ? HolderKind.Lasting : null,
        _ => null,
    };
}
