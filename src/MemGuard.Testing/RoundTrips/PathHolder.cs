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
        List<string> labels = [];
        int below = -1;
        for (int at = path; at > 0; below = at, at = data.Paths[at].Parent)
        {
            if (data.Paths[at].Place is >= 0 and int place)
            {
                labels.Add(data.Places[place].Name);
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
}
