using System.Globalization;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>What an incomplete snapshot says all the same, in a few words of the alert's line. Its figures are the least: what did not arrive is missing.</summary>
internal static class IncompleteText
{
    private const int MaxTypes = 2;

    /// <summary>What is less than this share of the whole is no news.</summary>
    private const double MinimumShare = 0.05;

    /// <summary>Of the application's own, which weigh little beside the strings and arrays in them.</summary>
    private const int MinimumUserCount = 100;

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
            return $"{missing}; since {Time(growth)} at least {Join(Choose([.. growth.Types.Select(static type => new Part(type.TypeName, type.GrowthCount, type.GrowthBytes))], now), " more")}";
        }

        List<Part> largest = Choose([.. now.Types.Select(static type => new Part(type.TypeName, type.Count, type.TotalBytes))], now);
        return largest.Count == 0 ? missing : $"{missing}; largest types: {Join(largest, "")}";
    }

    /// <summary>What to do about a holder of which only the beginning is known.</summary>
    public static string NextStep(EarlierHolder holder, GrowthByType growth) => string.Create(
        CultureInfo.InvariantCulture,
        $"{holder.Place.NextStep ?? Advice.Remove}; at {Time(growth)} it held {Math.Floor(100 * holder.ShareRatio):0} % of them, and at least {holder.Type.GrowthCount:N0} more ({ByteText.Of(holder.Type.GrowthBytes)}) were counted since, by type alone: the heap snapshot is incomplete");

    /// <summary>What is counted where only the type is known.</summary>
    public static string Unit(HeapTypeGrowth type) => Name(type.TypeName) + " counted in the whole heap";

    // The heaviest, and of the application's own types the heaviest: a string is everybody's.
    private static List<Part> Choose(List<Part> parts, SnapshotData now)
    {
        long all = parts.Sum(static part => part.Bytes);
        List<Part> chosen = [.. parts.Take(MaxTypes).Where((part, index) => index == 0 || part.Bytes >= MinimumShare * all)];
        if (!chosen.Exists(IsUsers) && parts.Find(part => IsUsers(part) && part.Count >= MinimumUserCount) is { } users)
        {
            chosen.Add(users);
        }

        return chosen;

        bool IsUsers(Part part) => now.UserTypes.Contains(part.Name);
    }

    // An array that has grown may still be the same one.
    private static string Join(List<Part> parts, string more) => string.Join(", ", parts.Select(part => part.Count > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{part.Count:N0}{more} {Name(part.Name)} ({ByteText.Of(part.Bytes)})")
        : $"{ByteText.Of(part.Bytes)}{more} of {Name(part.Name)}"));

    private static string Name(string type) => VisibleText.Of(type, MaxNameLength);

    // A day may lie between the two.
    private static string Time(GrowthByType growth)
    {
        DateTime then = growth.First.TakenAt.UtcDateTime;
        return then.ToString(then.Date == growth.Now.TakenAt.UtcDateTime.Date ? "HH:mm 'UTC'" : "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
    }

    /// <summary>So many of a type, or so many more.</summary>
    private sealed record Part(string Name, long Count, long Bytes);
}
