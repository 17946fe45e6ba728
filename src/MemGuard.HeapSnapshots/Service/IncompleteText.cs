using System.Globalization;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>What an incomplete snapshot says all the same, in a few words of the alert's line. Its figures are the least: what did not arrive is missing.</summary>
internal static class IncompleteText
{
    private const int MaxTypes = 2;

    // Two or three stand in one line.
    private const int MaxNameLength = 100;

    /// <summary>Why nobody is named, and what there is most of, or has become more.</summary>
    /// <param name="now">The incomplete snapshot.</param>
    /// <param name="growth">What grew since a complete one; null when that is not known.</param>
    public static string Of(SnapshotData now, GrowthByType? growth)
    {
        string missing = "the heap snapshot is incomplete: " + now.IncompleteBecause;
        if (growth is not null)
        {
            return $"{missing}; since {Time(growth)} at least {Join(Choose(growth.Types, static type => type.TypeName, now).Select(More))}";
        }

        return now.Types.Count == 0 ? missing : $"{missing}; largest types: {Join(Choose(now.Types, static type => type.TypeName, now).Select(Some))}";
    }

    /// <summary>What to do about a holder of which only the beginning is known.</summary>
    public static string NextStep(EarlierHolder holder, GrowthByType growth) => string.Create(
        CultureInfo.InvariantCulture,
        $"{holder.Place.NextStep ?? Advice.Remove}; at {Time(growth)} it held {Math.Floor(100 * holder.ShareRatio):0} % of them, and at least {holder.Type.GrowthCount:N0} more ({ByteText.Of(holder.Type.GrowthBytes)}) were counted since, by type alone: the heap snapshot is incomplete");

    /// <summary>What is counted where only the type is known.</summary>
    public static string Unit(HeapTypeGrowth type) => Name(type.TypeName) + " counted in the whole heap";

    // The heaviest, and of the application's own types the heaviest: a string is everybody's.
    private static IEnumerable<T> Choose<T>(IReadOnlyList<T> types, Func<T, string> nameOf, SnapshotData now)
    {
        List<T> chosen = [.. types.Take(MaxTypes)];
        return chosen.Exists(IsUsers) ? chosen : [.. chosen, .. types.Where(IsUsers).Take(1)];

        bool IsUsers(T type) => now.UserTypes.Contains(nameOf(type));
    }

    private static string Some(HeapTypeUsage type) => string.Create(CultureInfo.InvariantCulture, $"{type.Count:N0} {Name(type.TypeName)} ({ByteText.Of(type.TotalBytes)})");

    // An array that has grown may still be the same one.
    private static string More(HeapTypeGrowth type) => type.GrowthCount > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{type.GrowthCount:N0} more {Name(type.TypeName)} ({ByteText.Of(type.GrowthBytes)})")
        : string.Create(CultureInfo.InvariantCulture, $"{ByteText.Of(type.GrowthBytes)} more of {Name(type.TypeName)}");

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private static string Name(string type) => VisibleText.Of(type, MaxNameLength);

    // A day may lie between the two.
    private static string Time(GrowthByType growth)
    {
        DateTime then = growth.First.TakenAt.UtcDateTime;
        return then.ToString(then.Date == growth.Now.TakenAt.UtcDateTime.Date ? "HH:mm 'UTC'" : "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
    }
}
