using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing;

/// <summary>Finds what stays behind with every call: heap snapshots after N, 2N and 4N calls, and the paths whose number of objects grew at one rate in both intervals.</summary>
/// <remarks>Doubling, since at a fixed distance any ring longer than the test looks like a leak. What the snapshots themselves leave does not grow with the calls.</remarks>
internal static class RoundTripGrowth
{
    public const int DefaultIterations = 256;

    private const double LeastPerIteration = 0.5;
    private const double LeastRateRatio = 0.5;
    private const double MostRateRatio = 2;
    private const int MaxNamed = 5;

    /// <summary>Parts of names of what no round trip of a test's can hold: the harness, the runtime's own caches.</summary>
    private static readonly string[] Foreign = ["MemGuard.", "Xunit.", "NUnit.", "Microsoft.VisualStudio.TestPlatform", "Microsoft.TestPlatform", "Microsoft.Testing", "Castle.", "coverlet", "EventSource", "EventPipe"];

    /// <param name="roundTrip">What may leave something behind.</param>
    /// <param name="iterations">Calls before the first snapshot that counts.</param>
    /// <param name="concurrency">Calls at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="typeName">Objects to tell by themselves, even where what is above them grows as well.</param>
    /// <returns>What grows, the most first; and why nothing could be said.</returns>
    public static async Task<(IReadOnlyList<GrowingPath> Paths, string? NoneBecause)> FindAsync(Func<CancellationToken, Task> roundTrip, int iterations, int concurrency, CancellationToken cancellationToken, string? typeName = null)
    {
        using HeapCaptures captures = new();
        await SoakTest.RunBatchAsync(roundTrip, Math.Min(iterations, 16), concurrency, cancellationToken).ConfigureAwait(false);

        // Thrown away: what a first capture leaves behind is its own.
        (await captures.TakeAsync(cancellationToken).ConfigureAwait(false)).Snapshot?.Dispose();
        List<HeapSnapshot> taken = [];
        foreach (int count in (int[])[iterations, iterations, 2 * iterations])
        {
            await SoakTest.RunBatchAsync(roundTrip, count, concurrency, cancellationToken).ConfigureAwait(false);
            (HeapSnapshot? snapshot, string? none) = await captures.TakeAsync(cancellationToken).ConfigureAwait(false);
            if (snapshot is null)
            {
                return ([], $"no holder can be named: {none}");
            }

            taken.Add(snapshot);
        }

        return (Compare(taken[0], taken[1], taken[2], iterations, typeName), null);
    }

    private static IReadOnlyList<GrowingPath> Compare(HeapSnapshot first, HeapSnapshot second, HeapSnapshot third, int iterations, string? typeName)
    {
        IReadOnlyList<PathNode> paths = third.Data.Paths;
        int[] inFirst = PathMatch.Find(paths, first.Data.Paths);
        int[] inSecond = PathMatch.Find(paths, second.Data.Paths);
        List<(int Path, double Rate, double Bytes)> growing = [];
        for (int i = 0; i < paths.Count; i++)
        {
            if (paths[i].IsVirtual)
            {
                continue;
            }

            long before = inFirst[i] < 0 ? 0 : first.Data.Paths[inFirst[i]].Count;
            long between = inSecond[i] < 0 ? 0 : second.Data.Paths[inSecond[i]].Count;
            double early = (double)(between - before) / iterations;
            double late = (paths[i].Count - between) / (2.0 * iterations);
            if (early >= LeastPerIteration && late >= LeastPerIteration && late >= LeastRateRatio * early && late <= MostRateRatio * early && !IsForeign(paths, i))
            {
                long bytes = inSecond[i] < 0 ? 0 : second.Data.Paths[inSecond[i]].RetainedBytes;
                growing.Add((i, late, (paths[i].RetainedBytes - bytes) / (2.0 * iterations)));
            }
        }

        // What hangs below something that grows as well is told with it.
        int[] wanted = [.. growing.Select(static path => path.Path).Where(path => paths[path].Label == typeName)];
        if (wanted.Length > 0)
        {
            growing.RemoveAll(path => !wanted.Contains(path.Path));
        }

        HashSet<int> all = [.. growing.Select(static path => path.Path)];
        return
        [
            .. growing
                .Where(path => !HasAncestor(paths, path.Path, all))
                .OrderByDescending(static path => path.Bytes)
                .Take(MaxNamed)
                .Select(path => new GrowingPath { TypeName = paths[path.Path].Label, Holder = PathHolder.Of(third.Data, path.Path), PerIteration = path.Rate, BytesPerIteration = path.Bytes }),
        ];
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
}
