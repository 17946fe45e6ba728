using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing;

/// <summary>What holds the objects of a path, in words.</summary>
internal static class PathHolder
{
    // The nearest: what is above them says less and less about them.
    private const int MaxLabels = 4;

    /// <summary>The nearest place that the snapshot has named, or the root, and what is between it and the objects.</summary>
    public static string Of(SnapshotData data, int path)
    {
        if (FindPlaceBelow(data, path) is { } place)
        {
            return data.Places[place].Name;
        }

        List<string> labels = [];
        int below = -1;
        for (int at = path; at > 0; below = at, at = data.Paths[at].Parent)
        {
            if (data.Paths[at].Place is >= 0 and int named)
            {
                labels.Add(data.Places[named].Name);
                break;
            }

            // An array is part of its collection; that a field which is named is one of the fields goes without saying.
            bool isAboveARoot = data.Paths[at].IsVirtual && below >= 0 && data.Paths[below].IsVirtual;
            if (at != path && !isAboveARoot && !data.Paths[at].Label.EndsWith("[]", StringComparison.Ordinal))
            {
                labels.Add(data.Paths[at].Label);
            }
        }

        if (labels.Count > MaxLabels + 1)
        {
            labels.RemoveRange(MaxLabels, labels.Count - MaxLabels - 1);
            labels.Insert(MaxLabels, "…");
        }

        labels.Reverse();
        return labels.Count == 0 ? "a root" : string.Join(" → ", labels);
    }

    /// <summary>What is directly above the objects, or they themselves below a root.</summary>
    public static int PositionOf(IReadOnlyList<PathNode> paths, int path) => paths[path].Parent > 0 && !paths[paths[path].Parent].IsVirtual ? paths[path].Parent : path;

    // One object that grows by itself, such as the list of an event's handlers: named is what it is full of.
    private static int? FindPlaceBelow(SnapshotData data, int path)
    {
        if (data.Paths[path].TopCount != 1)
        {
            return null;
        }

        for (int i = path + 1; i < data.Paths.Count; i++)
        {
            if (data.Paths[i].Parent == path && data.Paths[i].Place >= 0 && 2 * data.Paths[i].RetainedBytes > data.Paths[path].RetainedBytes)
            {
                return data.Paths[i].Place;
            }
        }

        return null;
    }
}
