using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>
/// Finds in a complete snapshot the leak suspects that held what has grown by type since. One is named only where a type lay there almost alone, and
/// where what lies there with it, grown in the same measure, is a good part of the whole growth: a type in several places says nothing about any of them.
/// </summary>
internal sealed class EarlierHolders
{
    /// <summary>Share of a type's objects that lay in one place.</summary>
    private const double AlmostAll = 0.75;

    /// <summary>Share of the growth seen that a holder explains at least.</summary>
    private const double MinimumSeenShare = 0.3;

    /// <summary>Share of the heap's whole growth, as for the suspects of two complete snapshots.</summary>
    private const double MinimumGrowthShare = 0.1;

    private readonly GrowthByType _growth;
    private readonly Dictionary<string, long> _counts;

    // By leak suspect: how many objects of each type lay there.
    private readonly Dictionary<string, long>[] _contents;

    private EarlierHolders(GrowthByType growth)
    {
        _growth = growth;
        _counts = growth.First.Types.GroupBy(static usage => usage.TypeName, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.Sum(static usage => usage.Count), StringComparer.Ordinal);
        _contents = ReadContents(growth.First);
    }

    /// <returns>The holders with the type that tells most of each, the one that explains most first. The application's own types speak before the framework's.</returns>
    public static IReadOnlyList<EarlierHolder> Of(GrowthByType growth)
    {
        EarlierHolders holders = new(growth);
        List<EarlierHolder> byUserTypes = holders.Find(type => growth.Now.UserTypes.Contains(type.TypeName));
        return byUserTypes.Count > 0 ? byUserTypes : holders.Find(static _ => true);
    }

    private List<EarlierHolder> Find(Func<HeapTypeGrowth, bool> speaks)
    {
        List<(EarlierHolder Holder, double Bytes)> found = [];
        HashSet<int> named = [];
        foreach (HeapTypeGrowth type in _growth.Types.Where(speaks))
        {
            if (FindPlace(type) is { } place && Explain(place, type) is var bytes
                && bytes >= MinimumSeenShare * _growth.SeenBytes && bytes >= MinimumGrowthShare * _growth.TotalBytes && named.Add(place))
            {
                found.Add((new EarlierHolder(_growth.First.Places[place], type, (double)_contents[place][type.TypeName] / _counts[type.TypeName]), bytes));
            }
        }

        return [.. found.OrderByDescending(static one => one.Bytes).Select(static one => one.Holder)];
    }

    private int? FindPlace(HeapTypeGrowth type)
    {
        if (type.GrowthCount <= 0 || !_counts.TryGetValue(type.TypeName, out long all))
        {
            return null;
        }

        int place = Array.FindIndex(_contents, contents => contents.TryGetValue(type.TypeName, out long there) && there >= AlmostAll * all);
        return place >= 0 ? place : null;
    }

    // What lies in the place is taken to have grown as the type has, and no more than it really did.
    private double Explain(int place, HeapTypeGrowth type)
    {
        double factor = (double)type.GrowthCount / _contents[place][type.TypeName];
        double bytes = 0;
        foreach (HeapTypeGrowth other in _growth.Types)
        {
            if (_contents[place].TryGetValue(other.TypeName, out long there))
            {
                // An array that grows stays one.
                double share = other.GrowthCount > 0 ? factor * there / other.GrowthCount : (double)there / Math.Max(_counts.GetValueOrDefault(other.TypeName), there);
                bytes += Math.Min(share, 1) * other.GrowthBytes;
            }
        }

        return bytes;
    }

    private static Dictionary<string, long>[] ReadContents(SnapshotData first)
    {
        Dictionary<string, long>[] contents = [.. first.Places.Select(static _ => new Dictionary<string, long>(StringComparer.Ordinal))];
        int[] placeOf = new int[first.Paths.Count];
        for (int i = 0; i < placeOf.Length; i++)
        {
            PathNode path = first.Paths[i];
            placeOf[i] = path.Place >= 0 || path.Parent < 0 ? path.Place : placeOf[path.Parent];
            if (placeOf[i] >= 0 && !path.IsVirtual)
            {
                contents[placeOf[i]][path.Label] = contents[placeOf[i]].GetValueOrDefault(path.Label) + path.Count;
            }
        }

        return contents;
    }
}
