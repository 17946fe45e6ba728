using MemGuard.HeapSnapshots;

namespace MemGuard.Testing;

/// <summary>Finds what stays behind with every call: heap snapshots after N, 2N and 4N calls, and the paths whose number of objects grew at one rate in both intervals.</summary>
/// <remarks>Doubling, since at a fixed distance any ring longer than the test looks like a leak. What the snapshots themselves leave does not grow with the calls.</remarks>
internal static class RoundTripGrowth
{
    public const int DefaultIterations = 256;

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
            captures.AlsoNamed = taken.Count < 2 ? null : paths => new GrowingPaths(taken[0].Data.Paths, taken[1].Data.Paths, paths, iterations, typeName).FindHolders();
            (HeapSnapshot? snapshot, string? none) = await captures.TakeAsync(cancellationToken, taken.Count == 2 ? taken[1] : null).ConfigureAwait(false);
            if (snapshot is null)
            {
                return ([], $"no holder can be named: {none}");
            }

            taken.Add(snapshot);
        }

        return (new GrowingPaths(taken[0].Data.Paths, taken[1].Data.Paths, taken[2].Data.Paths, iterations, typeName).Describe(taken[2].Data), null);
    }
}
