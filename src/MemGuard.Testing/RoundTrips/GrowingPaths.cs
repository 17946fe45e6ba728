using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing;

/// <summary>The paths of heap snapshots after N, 2N and 4N calls whose number of objects grew at one rate in both intervals.</summary>
internal static class GrowingPaths
{
    private const double LeastPerIteration = 0.5;
    private const double LeastRateRatio = 0.5;

    /// <summary>Of all objects of a type: what the captures themselves leave grows by the same in both intervals, a ratio of 0.5.</summary>
    private const double LeastSpreadRateRatio = 0.75;
    private const int MaxNamed = 5;

    /// <summary>Parts of names of what no round trip of a test's can hold: the harness, the runtime's own caches.</summary>
    private static readonly string[] Foreign = ["MemGuard.", "Xunit.", "NUnit.", "Microsoft.VisualStudio.TestPlatform", "Microsoft.TestPlatform", "Microsoft.Testing", "Castle.", "coverlet", "EventSource", "EventPipe"];

    /// <param name="first">After N calls.</param>
    /// <param name="second">After 2N calls.</param>
    /// <param name="third">After 4N calls.</param>
    /// <param name="iterations">N.</param>
    /// <param name="typeName">Objects to tell by themselves, even where what is above them grows as well; null for none.</param>
    /// <returns>What grows, the most first.</returns>
    public static IReadOnlyList<GrowingPath> Find(SnapshotData first, SnapshotData second, SnapshotData third, int iterations, string? typeName)
    {
        IReadOnlyList<PathNode> paths = third.Paths;
        int[] own = [.. Enumerable.Range(0, paths.Count).Where(i => !paths[i].IsVirtual && !IsForeign(paths, i))];
        List<Growth> growing = FindInOnePlace(first, second, third, iterations, own);
        if (growing.Count == 0)
        {
            growing = FindSpread(first, second, third, iterations, own);
        }

        HashSet<int> wanted = [.. growing.Select(static path => path.Path).Where(path => paths[path].Label == typeName)];
        if (wanted.Count > 0)
        {
            growing.RemoveAll(path => !wanted.Contains(path.Path));
        }

        // What hangs below something that grows as well is told with it.
        HashSet<int> all = [.. growing.Select(static path => path.Path)];
        return
        [
            .. growing
                .Where(path => !HasAncestor(paths, path.Path, all))
                .OrderByDescending(static path => path.Bytes)
                .Take(MaxNamed)
                .Select(path => new GrowingPath { TypeName = paths[path.Path].Label, Holder = PathHolder.Of(third, path.Path), PerIteration = path.Rate, BytesPerIteration = path.Bytes }),
        ];
    }

    private static List<Growth> FindInOnePlace(SnapshotData first, SnapshotData second, SnapshotData third, int iterations, int[] own)
    {
        int[] inFirst = PathMatch.Find(third.Paths, first.Paths);
        int[] inSecond = PathMatch.Find(third.Paths, second.Paths);
        List<Growth> growing = [];
        foreach (int path in own)
        {
            Tally before = inFirst[path] < 0 ? default : Tally.Of(first.Paths[inFirst[path]]);
            Tally between = inSecond[path] < 0 ? default : Tally.Of(second.Paths[inSecond[path]]);
            if (Grow(path, before, between, Tally.Of(third.Paths[path]), iterations, LeastRateRatio) is { } growth)
            {
                growing.Add(growth);
            }
        }

        return growing;
    }

    // The runtime keeps a list of timers for each processor, and other code its objects for each thread: none of these places need grow in both intervals.
    private static List<Growth> FindSpread(SnapshotData first, SnapshotData second, SnapshotData third, int iterations, int[] own)
    {
        Dictionary<(long, string), Tally> before = SumByType(first.Paths);
        Dictionary<(long, string), Tally> between = SumByType(second.Paths);
        Dictionary<(long, string), Tally> now = SumByType(third.Paths);
        List<Growth> growing = [];
        foreach (IGrouping<(long, string), int> type in own.GroupBy(path => TypeOf(third.Paths[path])))
        {
            int largest = type.MaxBy(path => third.Paths[path].Count);
            if (Grow(largest, before.GetValueOrDefault(type.Key), between.GetValueOrDefault(type.Key), now[type.Key], iterations, LeastSpreadRateRatio) is { } growth)
            {
                growing.Add(growth);
            }
        }

        return growing;
    }

    private static Dictionary<(long Identity, string Label), Tally> SumByType(IReadOnlyList<PathNode> paths) => paths
        .Where(static path => !path.IsVirtual)
        .GroupBy(TypeOf)
        .ToDictionary(static type => type.Key, static type => new Tally(type.Sum(static path => path.Count), type.Sum(static path => path.RetainedBytes)));

    private static (long Identity, string Label) TypeOf(PathNode path) => (path.Identity, path.Label);

    private static Growth? Grow(int path, Tally first, Tally second, Tally third, int iterations, double leastRatio)
    {
        double early = (double)(second.Count - first.Count) / iterations;
        double late = (third.Count - second.Count) / (2.0 * iterations);
        return early >= LeastPerIteration && late >= LeastPerIteration && late >= leastRatio * early && late <= early / leastRatio
            ? new Growth(path, late, (third.Bytes - second.Bytes) / (2.0 * iterations))
            : null;
    }

    private static bool HasAncestor(IReadOnlyList<PathNode> paths, int path, HashSet<int> all)
    {
        for (int above = paths[path].Parent; above >= 0; above = paths[above].Parent)
        {
            if (all.Contains(above))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsForeign(IReadOnlyList<PathNode> paths, int path)
    {
        for (int at = path; at >= 0; at = paths[at].Parent)
        {
            if (Array.Exists(Foreign, part => paths[at].Label.Contains(part, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Tally(long Count, long Bytes)
    {
        public static Tally Of(PathNode path) => new(path.Count, path.RetainedBytes);
    }

    private sealed record Growth(int Path, double Rate, double Bytes);
}
