using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Export;

/// <summary>Writes the retained tree as a sampled profile in bytes: one sample an entry, the way to it from the root, weighing its own bytes.</summary>
internal static class SpeedscopeExport
{
    public static void Write(Stream stream, SnapshotData data)
    {
        RetainedTree tree = new(data);
        SpeedscopeWriter writer = new($"{VisibleText.Of(data.Application)}, retained memory, {data.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC", "Retained memory");
        int[] frames = [.. Enumerable.Range(0, tree.Count).Select(entry => writer.NumberOf(tree.NameOf(entry)))];
        Stack<int> way = new();
        for (int entry = 0; entry < tree.Count; entry++)
        {
            if (tree.OwnBytes[entry] <= 0)
            {
                continue;
            }

            for (int step = entry; step >= 0; step = tree.ParentOf(step))
            {
                way.Push(frames[step]);
            }

            // A stack is read from its top: the root comes first.
            writer.Add([.. way], tree.OwnBytes[entry]);
            way.Clear();
        }

        writer.Write(stream);
    }
}
