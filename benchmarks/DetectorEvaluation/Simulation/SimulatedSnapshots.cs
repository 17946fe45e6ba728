using MemGuard.Trends;

namespace DetectorEvaluation.Simulation;

/// <summary>
/// The second stage as a live service has it: a heap snapshot only within the governor's budget and the memory that is left, sometimes refused
/// all the same, seconds late, and now and then wrong about what the holder is.
/// </summary>
internal sealed class SimulatedSnapshots(ServiceSpec spec, SimulatedService service, Random random, bool isBounded)
{
    private const double MinimumInterval = 30;

    /// <summary>Half of the governor's budget for a day: what one cause may use.</summary>
    private const int MostPerDay = 12;
    private const double Day = 86_400;

    /// <summary>Pauses, a full disk, another tool: whatever the governor objects to besides.</summary>
    private const double RefusedShare = 0.1;
    private const double WrongShare = 0.05;

    /// <summary>What a capture and its analysis take: 60 bytes an object of some 60, for a part of the heap at once, and a margin.</summary>
    private const double MemoryPerHeapByte = 0.3;
    private const double MemoryMargin = 32e6;

    /// <summary>What HeapSnapshotEvidence names.</summary>
    private const double LeastHeapShare = 0.2;
    private const double LeastGrowthShare = 0.1;
    private const int MostPlaces = 3;

    private readonly HolderKinds _kinds = new(spec, random, isBounded);
    private readonly Queue<double> _taken = [];
    private double _lastAt = double.NegativeInfinity;
    private Dictionary<MemoryPart, double>? _earlier;
    private List<HeldPlace>? _answer;
    private double _answerAt;

    public int Taken { get; private set; }

    /// <summary>Takes a snapshot if it may; its answer comes some seconds later.</summary>
    public void Ask(double time)
    {
        _answer = MayTake(time) ? Take(time) : [];
        _answerAt = time + random.Between(5, 60);
    }

    public bool TryAnswer(double time, out IReadOnlyList<HeldPlace> places)
    {
        places = _answer ?? [];
        if (_answer is null || time < _answerAt)
        {
            return false;
        }

        _answer = null;
        return true;
    }

    private bool MayTake(double time)
    {
        while (_taken.TryPeek(out double first) && time - first > Day)
        {
            _taken.Dequeue();
        }

        return time - _lastAt >= MinimumInterval
            && _taken.Count < MostPerDay
            && service.Room > MemoryMargin + (MemoryPerHeapByte * spec.Heap.HeapSize)
            && random.NextDouble() >= RefusedShare;
    }

    private List<HeldPlace> Take(double time)
    {
        Taken++;
        _taken.Enqueue(time);
        _lastAt = time;
        Dictionary<MemoryPart, double>? earlier = _earlier;
        _earlier = spec.Parts.Where(static part => part.Place == Place.Managed).ToDictionary(static part => part, static part => part.Bytes);
        double total = _earlier.Values.Sum();
        double growth = earlier is null ? 0 : total - earlier.Values.Sum();
        List<HeldPlace> places = [];
        foreach ((MemoryPart part, double bytes) in _earlier.OrderByDescending(static one => one.Value))
        {
            if (_kinds.Of(part) is not HolderKind kind)
            {
                continue;
            }

            double share = growth > 0 ? (bytes - earlier![part]) / growth : double.NaN;
            if (growth > 0 ? share >= LeastGrowthShare : bytes >= LeastHeapShare * total)
            {
                places.Add(See(part, kind, bytes, share));
            }
        }

        // Without a place that grew, what stands out at all is better than nothing.
        if (places.Count == 0 && growth > 0)
        {
            places.AddRange(_earlier.Where(one => one.Value >= LeastHeapShare * total && _kinds.Of(one.Key) is not null).Select(one => See(one.Key, _kinds.Of(one.Key)!.Value, one.Value, double.NaN)));
        }

        return [.. places.OrderByDescending(static place => double.IsNaN(place.GrowthShare) ? place.Bytes : place.GrowthShare).Take(MostPlaces)];
    }

    private HeldPlace See(MemoryPart part, HolderKind kind, double bytes, double share)
    {
        HolderKind seen = random.NextDouble() < WrongShare ? (HolderKind)random.Next((int)HolderKind.Lasting + 1) : kind;
        return new HeldPlace
        {
            Kind = seen,
            Name = part.GetType().Name,
            Bytes = bytes,
            GrowthShare = double.IsNaN(share) ? double.NaN : Math.Clamp(share, 0, 1),

            // Of something else it is not known how full it is.
            FilledRatio = seen == HolderKind.Filling ? bytes / part.Capacity : double.NaN,
            ExpiresInSeconds = seen == HolderKind.Expiring && _kinds.KnowsExpiry(part) ? part.ExpirySeconds : double.NaN,
        };
    }
}
