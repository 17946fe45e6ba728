using System.Globalization;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Whether data that was read from a file means something: a file may come from anywhere, and what follows relies on every sentence below.</summary>
internal static class SnapshotCheck
{
    private const long MostBytes = 1L << 60;
    private const double MostShare = 1e6;

    /// <returns>What is wrong, as the rest of a sentence; null when nothing is.</returns>
    public static string? FindNonsense(SnapshotData data) =>
        FindMissing(data) ?? FindBadTotals(data) ?? FindBadType(data.Types) ?? FindBadCount(data.Native) ?? FindBadPlace(data.Places) ?? FindBadPath(data.Paths, data.Places.Count);

    // The compiler's word that these are never null ends where the file begins.
    private static string? FindMissing(SnapshotData data) =>
        data.Reason is null || data.Application is null || data.Types is null || data.Native is null || data.Places is null || data.Paths is null ? "a part of it is missing" : null;

    private static string? FindBadTotals(SnapshotData data) =>
        IsBad(data.ObjectCount) || IsBad(data.TotalBytes) || IsBad(data.OwnBytes) || data.OwnBytes > data.TotalBytes || IsBad(data.StaticCount) || IsBad(data.NamedStaticCount) || data.NamedStaticCount > data.StaticCount
        || data.Pause < TimeSpan.Zero || data.AnalysisTime < TimeSpan.Zero
            ? "a total is out of range"
            : null;

    private static string? FindBadType(IReadOnlyList<HeapTypeUsage> types)
    {
        for (int i = 0; i < types.Count; i++)
        {
            if (types[i] is not { TypeName: not null } type || IsBad(type.Count) || IsBad(type.TotalBytes))
            {
                return At("type", i);
            }
        }

        return null;
    }

    private static string? FindBadCount(IReadOnlyList<NativeCount> counts)
    {
        for (int i = 0; i < counts.Count; i++)
        {
            if (counts[i] is not { Name: not null } count || IsBad(count.Count) || IsBad(count.OpenedCount) || !Enum.IsDefined(count.Kind))
            {
                return At("count", i);
            }
        }

        return null;
    }

    private static string? FindBadPlace(IReadOnlyList<HeapDominator> places)
    {
        for (int i = 0; i < places.Count; i++)
        {
            bool isGood = places[i] is { Name: not null, TypeName: not null, CountUnit: not null, Fingerprint: not null, Chain.Links: not null } place
                && Enum.IsDefined(place.HolderKind) && !IsBad(place.RetainedBytes) && !IsBad(place.Count) && place.ShareRatio is >= 0 and <= MostShare
                && place.Chain.Links.All(static link => link is { TypeName: not null, RepeatCount: > 0 });
            if (!isGood)
            {
                return At("leak suspect", i);
            }
        }

        return null;
    }

    // One root, and every other path below an earlier one: whoever climbs arrives.
    private static string? FindBadPath(IReadOnlyList<PathNode> paths, int placeCount)
    {
        for (int i = 0; i < paths.Count; i++)
        {
            bool isGood = paths[i] is { Label: not null } path
                && (i == 0 ? path.Parent == -1 : path.Parent >= 0 && path.Parent < i)
                && path.Sizes?.Any(IsBad) is null or false
                && path.Place >= -1 && path.Place < placeCount
                && !IsBad(path.Count) && !IsBad(path.TopCount) && !IsBad(path.RetainedBytes);
            if (!isGood)
            {
                return At("path", i);
            }
        }

        return null;
    }

    private static bool IsBad(long value) => value is < 0 or > MostBytes;

    private static string At(string what, int position) => string.Create(CultureInfo.InvariantCulture, $"its {what} {position} makes no sense");
}
