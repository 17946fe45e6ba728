using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>The forest of nodes that the dominator algorithm has finished, with paths shortened as they are asked for.</summary>
/// <remarks>A node belongs to it when its number is above the one in work; no node needs to be linked.</remarks>
internal sealed unsafe class CompressedForest(uint* ancestors, uint* labels, uint* semi) : IDisposable
{
    private NativeArray<uint> _path = new(1024);

    /// <returns>Of a node and its ancestors in the forest, the one with the least semidominator; a node outside the forest itself.</returns>
    public uint FindLeast(uint node, uint inWork)
    {
        if (node <= inWork)
        {
            return node;
        }

        if (ancestors[node] > inWork)
        {
            Compress(node, inWork);
        }

        return labels[node];
    }

    public void Dispose() => _path.Dispose();

    private void Compress(uint node, uint inWork)
    {
        long depth = 0;
        uint top = node;
        while (ancestors[top] > inWork)
        {
            if (depth == _path.Length)
            {
                Grow();
            }

            _path.Pointer[depth++] = top;
            top = ancestors[top];
        }

        // From the top down: what lies above a node is shortened before the node looks at it.
        uint above = top;
        uint root = ancestors[top];
        while (depth > 0)
        {
            uint current = _path.Pointer[--depth];
            if (semi[labels[above]] < semi[labels[current]])
            {
                labels[current] = labels[above];
            }

            ancestors[current] = root;
            above = current;
        }
    }

    private void Grow()
    {
        NativeArray<uint> larger = new(_path.Length * 2);
        _path.AsSpan(0, (int)_path.Length).CopyTo(larger.AsSpan(0, (int)_path.Length));
        _path.Dispose();
        _path = larger;
    }
}
