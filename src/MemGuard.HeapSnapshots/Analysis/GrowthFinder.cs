namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Compares the summed dominator trees of two snapshots path by path.</summary>
internal static class GrowthFinder
{
    private const double MinimumShare = 0.02;
    private const long SmallestMoved = 64 << 10;

    /// <returns>Positions in <paramref name="paths"/> where memory (or with an earlier snapshot, growth) accumulates.</returns>
    public static IReadOnlyList<int> FindPlaces(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode>? earlier, long minimumBytes)
    {
        (long[] bytes, long[] counts) = earlier is null
            ? ([.. paths.Select(static path => path.RetainedBytes)], [.. paths.Select(static path => path.TopCount)])
            : Grow(paths, earlier);
        return new AccumulationFinder(paths, bytes, counts).Find(minimumBytes);
    }

    /// <returns>By how much the application's live bytes have grown.</returns>
    public static long TotalOf(long liveBytes, SnapshotData earlier) => liveBytes - (earlier.TotalBytes - earlier.OwnBytes);

    /// <returns>Positions where growth accumulates; what is small beside the whole growth is left out.</returns>
    public static IReadOnlyList<int> FindGrown(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier, long totalGrowth)
    {
        (long[] bytes, long[] counts) = Grow(paths, earlier);

        // A leak may outgrow the heap, when something else has shrunk.
        long largest = Enumerable.Range(0, paths.Count).Where(i => !paths[i].IsVirtual).Select(i => bytes[i]).DefaultIfEmpty().Max();
        return new AccumulationFinder(paths, bytes, counts).Find((long)(MinimumShare * Math.Max(totalGrowth, largest)));
    }

    /// <returns>What each place has beyond the places below it: their sum counts nothing twice.</returns>
    public static Dictionary<int, long> Separate(IReadOnlyList<PathNode> paths, IReadOnlyList<int> places, IReadOnlyList<long> bytes)
    {
        Dictionary<int, long> own = places.ToDictionary(static place => place, place => bytes[place]);
        foreach (int place in places)
        {
            int above = paths[place].Parent;
            while (above >= 0 && !own.ContainsKey(above))
            {
                above = paths[above].Parent;
            }

            if (above >= 0)
            {
                own[above] -= bytes[place];
            }
        }

        return own;
    }

    /// <param name="snapshots">Paths of snapshots, the oldest first.</param>
    /// <param name="place">A position in the last one.</param>
    /// <returns>Whether the same path grew from each snapshot to the next.</returns>
    public static bool GrewAlways(IReadOnlyList<IReadOnlyList<PathNode>> snapshots, int place)
    {
        long before = -1;
        foreach (IReadOnlyList<PathNode> snapshot in snapshots)
        {
            int[] match = PathMatch.Find(snapshots[^1], snapshot);
            long now = match[place] < 0 ? 0 : snapshot[match[place]].RetainedBytes;
            if (now <= before)
            {
                return false;
            }

            before = now;
        }

        return true;
    }

    /// <returns>By how much each path has grown. A path that the earlier snapshot does not have has grown from nothing.</returns>
    public static (long[] Bytes, long[] Counts) Grow(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier)
    {
        int[] match = PathMatch.Find(paths, earlier);
        long[] bytes = new long[paths.Count];
        long[] counts = new long[paths.Count];
        for (int i = 0; i < paths.Count; i++)
        {
            bytes[i] = paths[i].RetainedBytes - (match[i] >= 0 ? earlier[match[i]].RetainedBytes : 0);
            counts[i] = paths[i].TopCount - (match[i] >= 0 ? earlier[match[i]].TopCount : 0);
        }

        TakeOutMoved(paths, earlier, match, bytes, counts);
        return (bytes, counts);
    }

    // Objects whose holders have changed hang elsewhere now: what is missing there has not grown here, nor in what holds it here.
    private static void TakeOutMoved(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier, int[] match, long[] bytes, long[] counts)
    {
        Dictionary<int, int> now = PositionsNow(match);
        Dictionary<long, Missing> missing = FindMissing(paths, earlier, match, now, bytes, counts);
        HashSet<int> moved = [];
        TakeOutFound(paths, earlier, match, now, bytes, moved);
        foreach (int i in Enumerable.Range(0, missing.Count == 0 ? 0 : paths.Count).Where(i => bytes[i] >= SmallestMoved && missing.ContainsKey(paths[i].Identity)).OrderByDescending(i => bytes[i]).ThenBy(static i => i).ToArray())
        {
            Missing gone = missing[paths[i].Identity];
            long movedBytes = Math.Min(gone.Bytes, Math.Max(bytes[i], 0));
            long movedCount = Math.Min(gone.Count, Math.Max(counts[i], 0));
            bytes[i] -= movedBytes;
            counts[i] -= movedCount;
            gone.Bytes -= movedBytes;
            gone.Count -= movedCount;
            if (movedBytes > 0)
            {
                TakeOutAbove(paths, i, movedBytes, gone.Above, bytes, moved);
            }
        }
    }

    // Objects that were found again below something else.
    private static void TakeOutFound(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier, int[] match, Dictionary<int, int> now, long[] bytes, HashSet<int> moved)
    {
        for (int i = 0; i < paths.Count; i++)
        {
            if (match[i] >= 0 && paths[i].Parent is >= 0 and int parent && match[parent] != earlier[match[i]].Parent
                && Math.Min(paths[i].RetainedBytes, earlier[match[i]].RetainedBytes) is >= SmallestMoved and long movedBytes)
            {
                TakeOutAbove(paths, i, movedBytes, [.. Above(earlier, match[i]).Select(above => now.GetValueOrDefault(above, -1))], bytes, moved);
            }
        }
    }

    // Up to what held it before as well, or has moved itself with all that is in it.
    private static void TakeOutAbove(IReadOnlyList<PathNode> paths, int at, long movedBytes, HashSet<int> heldBefore, long[] bytes, HashSet<int> moved)
    {
        if (!moved.Add(at))
        {
            return;
        }

        for (int above = paths[at].Parent; above >= 0 && !paths[above].IsVirtual && !heldBefore.Contains(above) && !moved.Contains(above); above = paths[above].Parent)
        {
            bytes[above] -= movedBytes;
        }
    }

    /// <returns>Where each path of the earlier snapshot is in the later one.</returns>
    private static Dictionary<int, int> PositionsNow(int[] match) =>
        Enumerable.Range(0, match.Length).Where(i => match[i] >= 0).DistinctBy(i => match[i]).ToDictionary(i => match[i]);

    private static IEnumerable<int> Above(IReadOnlyList<PathNode> paths, int at)
    {
        for (int above = paths[at].Parent; above >= 0; above = paths[above].Parent)
        {
            yield return above;
        }
    }

    // Whole paths that are gone, and what has become less right below the roots or there alone: one collection that empties does not speak for another that fills.
    private static Dictionary<long, Missing> FindMissing(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier, int[] match, Dictionary<int, int> now, long[] bytes, long[] counts)
    {
        Dictionary<long, Missing> missing = [];
        for (int i = 0; i < earlier.Count; i++)
        {
            if (!now.ContainsKey(i))
            {
                Add(earlier[i], earlier[i].RetainedBytes, earlier[i].TopCount, Above(earlier, i).Select(above => now.GetValueOrDefault(above, -1)));
            }
        }

        HashSet<long> besideRoots = [.. Enumerable.Range(0, paths.Count).Where(i => bytes[i] >= SmallestMoved && IsBelowRoots(paths, i)).Select(i => paths[i].Identity)];
        for (int i = 0; i < paths.Count; i++)
        {
            if (match[i] >= 0 && (besideRoots.Contains(paths[i].Identity) || IsBelowRoots(paths, i)))
            {
                Add(paths[i], -bytes[i], Math.Max(-counts[i], 0), Above(paths, i));
            }
        }

        return missing;

        void Add(PathNode path, long less, long count, IEnumerable<int> above)
        {
            if (path is not { Identity: not 0, IsVirtual: false } || less < SmallestMoved)
            {
                return;
            }

            if (!missing.TryGetValue(path.Identity, out Missing? gone))
            {
                missing[path.Identity] = gone = new Missing();
            }

            gone.Bytes += less;
            gone.Count += count;
            gone.Above.UnionWith(above);
        }
    }

    private static bool IsBelowRoots(IReadOnlyList<PathNode> paths, int path) => paths[path].Parent >= 0 && paths[paths[path].Parent].IsVirtual;

    /// <summary>What of one type or field is found elsewhere no more.</summary>
    private sealed class Missing
    {
        public long Bytes { get; set; }

        public long Count { get; set; }

        /// <summary>What held it, by its position in the later snapshot: there its absence counts already.</summary>
        public HashSet<int> Above { get; } = [];
    }
}
