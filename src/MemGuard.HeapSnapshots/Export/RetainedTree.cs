using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Export;

/// <summary>The tree of what keeps what alive, as exports need it: names, and the bytes that each entry has beside its children.</summary>
internal sealed class RetainedTree
{
    private readonly SnapshotData _data;

    public RetainedTree(SnapshotData data)
    {
        _data = data;
        OwnBytes = new long[data.Paths.Count];
        Children = new List<int>[data.Paths.Count];
        for (int i = 0; i < data.Paths.Count; i++)
        {
            Children[i] = [];
            OwnBytes[i] += data.Paths[i].RetainedBytes;

            // Parents stand before their children.
            if (data.Paths[i].Parent is >= 0 and int parent)
            {
                Children[parent].Add(i);
                OwnBytes[parent] -= data.Paths[i].RetainedBytes;
            }
        }
    }

    public int Count => _data.Paths.Count;

    /// <summary>What an entry keeps alive that none of the entries below it does: its own objects, and what was too small to be listed.</summary>
    public long[] OwnBytes { get; }

    public List<int>[] Children { get; }

    public int ParentOf(int entry) => _data.Paths[entry].Parent;

    public bool IsVirtual(int entry) => _data.Paths[entry].IsVirtual;

    /// <summary>The type or root, with the number of objects where there are several.</summary>
    public string NameOf(int entry)
    {
        PathNode node = _data.Paths[entry];
        string name = VisibleText.Of(node.Label);
        return node.IsVirtual || node.Count <= 1 ? name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} × {node.Count:N0}");
    }
}
