using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>For every node the way back to a root along the fewest references; ways from static fields are preferred to handles, those to the stack, the finalizer queue comes last.</summary>
internal sealed class RetainerForest : IDisposable
{
    private static readonly int[] Preference =
        [RootPlan.Statics, RootPlan.Handles, RootPlan.PinnedHandles, RootPlan.Stack, RootPlan.Other, RootPlan.FinalizerQueue];

    private RetainerForest(NativeArray<uint> parents) => Parents = parents;

    /// <summary>The node one step nearer to the root; <see cref="DominatorTree.Unreached"/> where there is none.</summary>
    public NativeArray<uint> Parents { get; }

    /// <param name="graph">The graph.</param>
    /// <param name="order">Which nodes' references are followed later, so that a way through anything else wins.</param>
    public static RetainerForest Build(HeapGraph graph, RetainerOrder order)
    {
        using NativeArray<uint> queue = new(graph.NodeCount);
        Search search = new(graph, order, new NativeArray<uint>(graph.NodeCount), queue);
        search.Run();
        return new RetainerForest(search.Parents);
    }

    /// <returns>The nodes from the kind of root down to a node; empty when it cannot be reached.</returns>
    public IReadOnlyList<uint> GetPath(uint node)
    {
        List<uint> path = [];
        uint current = node;
        while (Parents[current] != DominatorTree.Unreached)
        {
            path.Add(current);
            if (Parents[current] == current)
            {
                break;
            }

            current = Parents[current];
        }

        path.Reverse();
        return path;
    }

    public void Dispose() => Parents.Dispose();

    private sealed unsafe class Search(HeapGraph graph, RetainerOrder order, NativeArray<uint> parentArray, NativeArray<uint> queueArray)
    {
        private readonly List<uint> _second = [];
        private readonly List<uint> _last = [];
        private readonly Dictionary<uint, uint> _notEntered = [];
        private readonly uint* _parents = parentArray.Pointer;
        private readonly uint* _queue = queueArray.Pointer;
        private readonly uint* _offsets = graph.Offsets.Pointer;
        private readonly uint* _targets = graph.Targets.Pointer;
        private uint _tail;
        private uint _head;
        private bool _isFirstRound = true;
        private bool _isLastRound;

        public NativeArray<uint> Parents => parentArray;

        public void Run()
        {
            for (uint node = 0; node < graph.NodeCount; node++)
            {
                _parents[node] = DominatorTree.Unreached;
            }

            _parents[graph.Root] = graph.Root;
            foreach (int position in Preference)
            {
                uint start = graph.Root + (uint)position;
                _parents[start] = graph.Root;
                _queue[_tail++] = start;
                Drain();
                _isFirstRound = false;
                FollowAll(_second);
            }

            _isLastRound = true;
            FollowAll(_last);
            foreach ((uint to, uint from) in _notEntered)
            {
                Reach(from, to);
            }

            Drain();
        }

        private void FollowAll(List<uint> postponed)
        {
            uint[] nodes = [.. postponed];
            postponed.Clear();
            foreach (uint node in nodes)
            {
                Follow(node);
            }

            Drain();
        }

        private void Drain()
        {
            while (_head < _tail)
            {
                uint node = _queue[_head++];
                switch (order.RankOf(node))
                {
                    case RetainerRank.Second when _isFirstRound:
                        _second.Add(node);
                        break;
                    case RetainerRank.Last when !_isLastRound:
                        _last.Add(node);
                        break;
                    default:
                        Follow(node);
                        break;
                }
            }
        }

        private void Follow(uint node)
        {
            for (uint edge = _offsets[node]; edge < _offsets[node + 1]; edge++)
            {
                Reach(node, _targets[edge]);
            }
        }

        private void Reach(uint from, uint to)
        {
            if (_parents[to] != DominatorTree.Unreached)
            {
                return;
            }

            if (_isFirstRound && order.RankOf(to) == RetainerRank.Crossroads)
            {
                _notEntered.TryAdd(to, from);
                return;
            }

            _parents[to] = from;
            _queue[_tail++] = to;
        }
    }
}
