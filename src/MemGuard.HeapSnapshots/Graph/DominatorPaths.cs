using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>The dominator tree summed up by type: one entry for all objects of a type below the same entry. Repeating types (list nodes) fold into one.</summary>
/// <remarks>Some thousand entries stand for millions of objects, carry no address, and mean the same in the next snapshot.</remarks>
internal sealed class DominatorPaths : IDisposable
{
    private const int MaxEntries = 200_000;
    private const int MaxFold = 4;

    private readonly List<PathEntry> _entries = [];
    private readonly Dictionary<(int Parent, int Type), int> _children = [];
    private readonly Dictionary<int, List<int>> _childLists = [];

    private readonly Func<int, bool> _isGeneral;

    private DominatorPaths(uint count, Func<int, bool> isGeneral)
    {
        EntryOf = new NativeArray<int>(count);
        _isGeneral = isGeneral;
    }

    /// <summary>Entries, parents before children; the first is the root.</summary>
    public IReadOnlyList<PathEntry> Entries => _entries;

    /// <summary>Entry of each depth-first number.</summary>
    public NativeArray<int> EntryOf { get; }

    /// <param name="graph">The graph.</param>
    /// <param name="tree">Its dominators.</param>
    /// <param name="isGeneral">Whether a type serves everybody, as arrays, collections and delegates do: one below another is mostly not a part of it, and folds only where it is the very next.</param>
    public static unsafe DominatorPaths Build(HeapGraph graph, DominatorTree tree, Func<int, bool> isGeneral)
    {
        DominatorPaths paths = new(tree.Count, isGeneral);
        int* entryOf = paths.EntryOf.Pointer;
        uint* nodes = tree.Nodes.Pointer;
        uint* dominators = tree.Dominators.Pointer;
        int* types = graph.TypeIndexes.Pointer;
        uint* sizes = graph.SizeUnits.Pointer;
        paths._entries.Add(new PathEntry(-1, types[nodes[0]]) { RetainedBytes = tree.GetRetainedBytes(0), Count = 1 });
        for (uint number = 1; number < tree.Count; number++)
        {
            int above = entryOf[dominators[number]];
            int entry = paths.Place(above, types[nodes[number]]);
            PathEntry data = paths._entries[entry];
            entryOf[number] = entry;
            data.Count++;
            data.OwnBytes += (long)sizes[nodes[number]] * 8;

            // Inside a fold the object above has counted these bytes already.
            if (data.Parent == above)
            {
                data.RetainedBytes += tree.GetRetainedBytes(number);
                data.TopCount++;
                ulong retained = tree.RetainedUnits[number];
                if (data.TopCount == 1 || retained > tree.RetainedUnits[data.Largest])
                {
                    data.Largest = number;
                }
            }
            else
            {
                paths.TakeOut(above, entry, tree.GetRetainedBytes(number));
            }
        }

        paths.GroupChildren();
        return paths;
    }

    /// <returns>The entries directly below one, the heaviest first.</returns>
    public IReadOnlyList<int> GetChildren(int entry) => _childLists.TryGetValue(entry, out List<int>? children) ? children : [];

    public void Dispose() => EntryOf.Dispose();

    // What a fold leads back to hangs there, and not below the entries that it has jumped over.
    private void TakeOut(int from, int fold, long bytes)
    {
        for (int entry = from; entry != fold && entry > 0; entry = _entries[entry].Parent)
        {
            _entries[entry].RetainedBytes -= bytes;
        }
    }

    private void GroupChildren()
    {
        for (int i = 1; i < _entries.Count; i++)
        {
            if (!_childLists.TryGetValue(_entries[i].Parent, out List<int>? children))
            {
                children = [];
                _childLists.Add(_entries[i].Parent, children);
            }

            children.Add(i);
        }

        foreach (List<int> children in _childLists.Values)
        {
            children.Sort((left, right) => _entries[right].RetainedBytes.CompareTo(_entries[left].RetainedBytes));
        }
    }

    private int Place(int above, int type)
    {
        if (_children.TryGetValue((above, type), out int known))
        {
            return known;
        }

        int result = FindFold(above, type);
        if (result < 0 && _entries.Count == MaxEntries)
        {
            return above;
        }

        if (result < 0)
        {
            result = _entries.Count;
            _entries.Add(new PathEntry(above, type));
        }

        _children.Add((above, type), result);
        return result;
    }

    private int FindFold(int above, int type)
    {
        int most = type >= 0 && _isGeneral(type) ? 1 : MaxFold;
        for (int level = 0, entry = above; level < most && entry > 0; level++, entry = _entries[entry].Parent)
        {
            if (_entries[entry].Type == type)
            {
                return entry;
            }
        }

        return -1;
    }
}
