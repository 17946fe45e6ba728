using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Keeps apart the few objects of one type that an entry of the summed tree stands for: one of two lists may grow while the other is larger.</summary>
internal sealed class FewObjects
{
    private const int Most = 8;
    private const long SmallestBytes = 64 << 10;
    private const double SmallestShare = 0.1;

    private readonly Dictionary<int, List<(long Bytes, uint Number)>> _objects = [];

    private FewObjects()
    {
    }

    public static FewObjects Find(AnalysedHeap heap)
    {
        FewObjects found = new();
        IReadOnlyList<PathEntry> entries = heap.Paths.Entries;
        for (int entry = 0; entry < entries.Count; entry++)
        {
            // Of a crowd of small ones none stands out.
            if (entries[entry] is { Type: >= 0, TopCount: > 1 } data && heap.Tree.GetRetainedBytes(data.Largest) >= Math.Max(SmallestBytes, SmallestShare * data.RetainedBytes))
            {
                found._objects.Add(entry, []);
            }
        }

        for (uint number = 1; found._objects.Count > 0 && number < heap.Tree.Count; number++)
        {
            int entry = heap.Paths.EntryOf[number];
            if (heap.Paths.EntryOf[heap.Tree.Dominators[number]] == entries[entry].Parent && found._objects.TryGetValue(entry, out List<(long Bytes, uint Number)>? objects))
            {
                Keep(objects, (heap.Tree.GetRetainedBytes(number), number));
            }
        }

        return found;
    }

    private static void Keep(List<(long Bytes, uint Number)> objects, (long Bytes, uint Number) one)
    {
        int position = objects.FindIndex(other => other.Bytes < one.Bytes);
        if (position < 0)
        {
            position = objects.Count;
        }

        objects.Insert(position, one);
        if (objects.Count > Most)
        {
            objects.RemoveAt(Most);
        }
    }

    /// <returns>What each object of an entry holds, the largest first, at most eight; null where none stands out.</returns>
    public IReadOnlyList<long>? SizesOf(int entry) => _objects.TryGetValue(entry, out List<(long Bytes, uint Number)>? objects) ? [.. objects.Select(static one => one.Bytes)] : null;

    /// <returns>The number of the object that has grown most since the sizes were others; null when the entry has one object or none that stands out.</returns>
    public uint? FindGrown(int entry, IReadOnlyList<long>? earlier)
    {
        if (earlier is null || !_objects.TryGetValue(entry, out List<(long Bytes, uint Number)>? objects))
        {
            return null;
        }

        // Those of the same size are the same objects; of the others the largest was the largest.
        List<long> before = [.. earlier];
        List<(long Bytes, uint Number)> changed = objects.FindAll(one => !before.Remove(one.Bytes));
        uint? grown = null;
        long most = long.MinValue;
        for (int i = 0; i < changed.Count; i++)
        {
            long growth = changed[i].Bytes - (i < before.Count ? before[i] : 0);
            if (growth > most)
            {
                (most, grown) = (growth, changed[i].Number);
            }
        }

        return grown;
    }
}
