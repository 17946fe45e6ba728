using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing;

/// <summary>The paths of heap snapshots after N, 2N and 4N calls whose number of objects grew at one rate in both intervals.</summary>
/// <param name="first">Paths after N calls.</param>
/// <param name="second">Paths after 2N calls.</param>
/// <param name="third">Paths after 4N calls.</param>
/// <param name="iterations">N.</param>
/// <param name="typeName">Objects to tell by themselves, even where what is above them grows as well; null for none.</param>
internal sealed class GrowingPaths(IReadOnlyList<PathNode> first, IReadOnlyList<PathNode> second, IReadOnlyList<PathNode> third, int iterations, string? typeName)
{
    private const double LeastPerIteration = 0.5;
    private const double LeastRateRatio = 0.5;

    /// <summary>Of all objects of a type: what the captures themselves leave grows by the same in both intervals, a ratio of 0.5.</summary>
    private const double LeastSpreadRateRatio = 0.75;
    private const int MaxNamed = 5;

    /// <summary>Parts of names of what no round trip of a test's can hold: the harness, the runtime's own caches.</summary>
    private static readonly string[] Foreign = ["MemGuard.", "Xunit.", "NUnit.", "Microsoft.VisualStudio.TestPlatform", "Microsoft.TestPlatform", "Microsoft.Testing", "Castle.", "coverlet", "EventSource", "EventPipe"];

    /// <returns>Positions of what holds the growing objects: the array of a list, whose place is the list's.</returns>
    public IEnumerable<int> FindHolders() => Find().Select(growth => PathHolder.PositionOf(third, growth.Path));

    /// <param name="data">The third snapshot.</param>
    /// <returns>What grows, the most first.</returns>
    public IReadOnlyList<GrowingPath> Describe(SnapshotData data) =>
    [
        .. Find().Select(path => new GrowingPath { TypeName = third[path.Path].Label, Holder = PathHolder.Of(data, path.Path), PerIteration = path.Rate, BytesPerIteration = path.Bytes }),
    ];

    private IEnumerable<Growth> Find()
    {
        int[] own = [.. Enumerable.Range(0, third.Count).Where(i => !third[i].IsVirtual && !IsForeign(third, i))];
        List<Growth> growing = FindInOnePlace(own);
        if (growing.Count == 0)
        {
            growing = FindSpread(own);
        }

        HashSet<int> wanted = [.. growing.Select(static path => path.Path).Where(path => third[path].Label == typeName)];
        if (wanted.Count > 0)
        {
            growing.RemoveAll(path => !wanted.Contains(path.Path));
        }

        // What hangs below something that grows as well is told with it.
        HashSet<int> all = [.. growing.Select(static path => path.Path)];
        return growing.Where(path => !HasAncestor(third, path.Path, all)).OrderByDescending(static path => path.Bytes).Take(MaxNamed);
    }

    private List<Growth> FindInOnePlace(int[] own)
    {
        int[] inFirst = PathMatch.Find(third, first);
        int[] inSecond = PathMatch.Find(third, second);
        List<Growth> growing = [];
        foreach (int path in own)
        {
            Tally before = inFirst[path] < 0 ? default : Tally.Of(first[inFirst[path]]);
            Tally between = inSecond[path] < 0 ? default : Tally.Of(second[inSecond[path]]);
            if (Grow(path, before, between, Tally.Of(third[path]), LeastRateRatio) is { } growth)
            {
                growing.Add(growth);
            }
        }

        return growing;
    }

    // The runtime keeps a list of timers for each processor, and other code its objects for each thread: none of these places need grow in both intervals.
    private List<Growth> FindSpread(int[] own)
    {
        Dictionary<(long, string), Tally> before = SumByType(first);
        Dictionary<(long, string), Tally> between = SumByType(second);
        Dictionary<(long, string), Tally> now = SumByType(third);
        List<Growth> growing = [];
        foreach (IGrouping<(long, string), int> type in own.GroupBy(path => TypeOf(third[path])))
        {
            int largest = type.MaxBy(path => third[path].Count);
            if (Grow(largest, before.GetValueOrDefault(type.Key), between.GetValueOrDefault(type.Key), now[type.Key], LeastSpreadRateRatio) is { } growth)
            {
                growing.Add(growth);
            }
        }

        return growing;
    }

    private static Dictionary<(long Identity, string Label), Tally> SumByType(IReadOnlyList<PathNode> paths) => Enumerable.Range(0, paths.Count)
        .Where(i => !paths[i].IsVirtual && !IsForeign(paths, i))
        .Select(i => paths[i])
        .GroupBy(TypeOf)
        .ToDictionary(static type => type.Key, static type => new Tally(type.Sum(static path => path.Count), type.Sum(static path => path.RetainedBytes)));

    private static (long Identity, string Label) TypeOf(PathNode path) => (path.Identity, path.Label);

    private Growth? Grow(int path, Tally before, Tally between, Tally now, double leastRatio)
    {
        double early = (double)(between.Count - before.Count) / iterations;
        double late = (now.Count - between.Count) / (2.0 * iterations);
        return early >= LeastPerIteration && late >= LeastPerIteration && late >= leastRatio * early && late <= early / leastRatio
            ? new Growth(path, late, (now.Bytes - between.Bytes) / (2.0 * iterations))
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
