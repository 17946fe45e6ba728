using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class DominatorPathsTests
{
    [Fact]
    public void Build_ObjectsOfOneTypeBelowOneObject_AreOneEntry()
    {
        using Tree tree = new([[1, 2, 3], [], [], []], sizes: [1, 2, 5, 3], types: [0, 1, 1, 1]);

        PathEntry entry = tree.EntryOf(2);

        Assert.Same(entry, tree.EntryOf(1));
        Assert.Same(entry, tree.EntryOf(3));
        Assert.Equal((1, 3L, 3L, 80L, 80L), (entry.Type, entry.Count, entry.TopCount, entry.OwnBytes, entry.RetainedBytes));
        Assert.Equal(2u, tree.NodeOf(entry.Largest));
    }

    [Fact]
    public void Build_TwoObjectsOfOneSize_ShowsTheFirst()
    {
        using Tree tree = new([[1, 2], [], []], sizes: [1, 4, 4], types: [0, 1, 1]);

        PathEntry entry = tree.EntryOf(1);

        Assert.Equal(tree.NumberOf(1) < tree.NumberOf(2) ? 1u : 2u, tree.NodeOf(entry.Largest));
    }

    [Fact]
    public void Build_OneTypeBelowTwoOthers_IsTwoEntries()
    {
        using Tree tree = new([[1, 2], [3], [4], [], []], types: [0, 1, 2, 3, 3]);

        Assert.NotSame(tree.EntryOf(3), tree.EntryOf(4));
        Assert.Same(tree.EntryOf(1), tree.Entries[tree.EntryOf(3).Parent]);
    }

    [Fact]
    public void Build_LinkedList_IsOneEntryWithTheBytesOfItsFirstNode()
    {
        using Tree tree = new([[1], [2], [3], []], sizes: [1, 2, 3, 4], types: [0, 1, 1, 1]);

        PathEntry entry = tree.EntryOf(3);

        Assert.Equal((3L, 1L, 72L, 72L), (entry.Count, entry.TopCount, entry.OwnBytes, entry.RetainedBytes));
        Assert.Equal(1u, tree.NodeOf(entry.Largest));
    }

    [Fact]
    public void Build_TypeThatRepeats_FoldsOverFourSteps()
    {
        using Tree four = new([[1], [2], [3], [4], []], types: [1, 2, 3, 4, 1]);
        using Tree five = new([[1], [2], [3], [4], [5], []], types: [1, 2, 3, 4, 5, 1]);

        Assert.Same(four.EntryOf(0), four.EntryOf(4));
        Assert.NotSame(five.EntryOf(0), five.EntryOf(5));
    }

    [Fact]
    public void Build_GeneralTypeThatRepeats_FoldsOnlyWhereItIsTheVeryNext()
    {
        using Tree next = new([[1], [2], []], types: [0, 1, 1], isGeneral: static type => type == 1);
        using Tree later = new([[1], [2], [3], []], types: [0, 1, 2, 1], isGeneral: static type => type == 1);

        Assert.Same(next.EntryOf(1), next.EntryOf(2));
        Assert.NotSame(later.EntryOf(1), later.EntryOf(3));
        Assert.Same(later.EntryOf(2), later.Entries[later.EntryOf(3).Parent]);
    }

    [Fact]
    public void Build_Fold_LeavesItsBytesToWhereItLeads()
    {
        using Tree tree = new([[1], [2], [3], [4], []], sizes: [1, 2, 3, 4, 50], types: [0, 1, 2, 1, 3]);

        Assert.Equal((59L * 8, 3L * 8, 50L * 8), (tree.EntryOf(1).RetainedBytes, tree.EntryOf(2).RetainedBytes, tree.EntryOf(4).RetainedBytes));
    }

    [Fact]
    public void GetChildren_SeveralTypes_HeaviestFirst()
    {
        using Tree tree = new([[1, 2, 3], [], [], []], sizes: [1, 2, 7, 4], types: [0, 1, 2, 3]);

        Assert.Equal([2, 3, 1], tree.ChildTypesOf(0));
        Assert.Empty(tree.ChildTypesOf(2));
    }

    [Fact]
    public void Entries_First_IsTheRootWithEverything()
    {
        using Tree tree = new([[1], []], sizes: [2, 3], types: [0, 1]);

        Assert.Equal((-1, -1, 1L, 0L, 40L), (tree.Entries[0].Parent, tree.Entries[0].Type, tree.Entries[0].Count, tree.Entries[0].OwnBytes, tree.Entries[0].RetainedBytes));
    }

    private sealed class Tree : IDisposable
    {
        private readonly FakeHeap _heap;
        private readonly HeapGraph _graph;
        private readonly DominatorTree _tree;
        private readonly DominatorPaths _paths;

        public Tree(int[][] edges, int[] types, uint[]? sizes = null, Func<int, bool>? isGeneral = null)
        {
            _heap = new FakeHeap(edges, sizes, types);
            _graph = _heap.BuildGraph();
            _tree = DominatorTree.Build(_graph);
            _paths = DominatorPaths.Build(_graph, _tree, isGeneral ?? (static _ => false));
        }

        public IReadOnlyList<PathEntry> Entries => _paths.Entries;

        public uint NumberOf(int node) => _tree.Numbers[node];

        public uint NodeOf(uint number) => _tree.Nodes[number];

        public PathEntry EntryOf(int node) => _paths.Entries[_paths.EntryOf[NumberOf(node)]];

        public IEnumerable<int> ChildTypesOf(int node) => _paths.GetChildren(_paths.EntryOf[NumberOf(node)]).Select(entry => _paths.Entries[entry].Type);

        public void Dispose()
        {
            _paths.Dispose();
            _tree.Dispose();
            _graph.Dispose();
            _heap.Dispose();
        }
    }
}
