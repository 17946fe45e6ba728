using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class RetainerForestTests
{
    private const int Ordinary = 0;
    private const int Second = 1;
    private const int Crossroads = 2;
    private const int Last = 3;

    private static readonly RetainerRank[] Ranks = [RetainerRank.Ordinary, RetainerRank.Second, RetainerRank.Crossroads, RetainerRank.Last];

    [Fact]
    public void GetPath_SeveralWays_TakesTheFewestReferences() =>
        Assert.Equal([FieldOf(0), 0, 3], Path([[1, 3], [2], [3], []], to: 3, statics: [0]));

    [Fact]
    public void GetPath_NothingHoldsIt_IsEmpty() => Assert.Empty(Path([[], [0]], to: 1, statics: [0]));

    // From each kind to the next one, which loses.
    [Theory]
    [InlineData(HeapRootKind.Handle, false, RootPlan.Handles, HeapRootKind.Handle, true)]
    [InlineData(HeapRootKind.Handle, true, RootPlan.PinnedHandles, HeapRootKind.Stack, false)]
    [InlineData(HeapRootKind.Stack, false, RootPlan.Stack, HeapRootKind.Other, false)]
    [InlineData(HeapRootKind.Other, false, RootPlan.Other, HeapRootKind.FinalizerQueue, false)]
    public void GetPath_RootsOfTwoKinds_GoesToThePreferredEvenIfItIsFarther(object preferred, bool isPinned, int position, object other, bool isOtherPinned) =>
        Assert.Equal(
            [Virtual(position), 0, 1],
            Path([[1], []], to: 1, [FakeHeap.Root(1, (HeapRootKind)other, isOtherPinned), FakeHeap.Root(0, (HeapRootKind)preferred, isPinned)]));

    [Fact]
    public void GetPath_StaticFieldAndAHandle_GoesToTheStaticField() =>
        Assert.Equal([FieldOf(0), 0, 1], Path([[1], []], to: 1, [FakeHeap.Root(1, HeapRootKind.Handle)], statics: [0]));

    [Fact]
    public void GetPath_ThroughTheFrameworksStatics_ComesAfterTheApplicationsOwn()
    {
        int[][] edges = [[3], [2], [3], []];

        Assert.Equal([FieldOf(1), 1, 2, 3], Path(edges, to: 3, statics: [0, 1], types: [Second, Ordinary, Ordinary, Ordinary]));
    }

    [Fact]
    public void GetPath_ThroughTheFrameworksStatics_ComesBeforeHandles() =>
        Assert.Equal([FieldOf(0), 0, 1], Path([[1], []], to: 1, [FakeHeap.Root(1, HeapRootKind.Handle)], statics: [0], types: [Second, Ordinary]));

    [Fact]
    public void GetPath_ThroughWhatOwnsNothing_ComesAfterEverythingElse()
    {
        HeapRoot[] queue = [FakeHeap.Root(1, HeapRootKind.FinalizerQueue)];

        Assert.Equal([Virtual(RootPlan.FinalizerQueue), 1], Path([[1], []], to: 1, queue, statics: [0], types: [Last, Ordinary]));
        Assert.Equal([FieldOf(0), 0, 1], Path([[1], []], to: 1, statics: [0], types: [Last, Ordinary]));
    }

    [Fact]
    public void GetPath_Crossroads_IsNotEnteredFromTheFirstRoots()
    {
        HeapRoot[] handle = [FakeHeap.Root(1, HeapRootKind.Handle)];

        Assert.Equal([Virtual(RootPlan.Handles), 1], Path([[1], []], to: 1, handle, statics: [0], types: [Crossroads, Ordinary]));
    }

    [Fact]
    public void GetPath_OnlyThroughACrossroads_IsFoundInTheEnd() =>
        Assert.Equal([FieldOf(0), 0, 1, 2], Path([[1], [2], []], to: 2, statics: [0], types: [Ordinary, Crossroads, Ordinary]));

    [Fact]
    public void GetPath_CrossroadsThatAHandleHoldsToo_IsEnteredFromThere() =>
        Assert.Equal(
            [Virtual(RootPlan.Handles), 1, 2],
            Path([[1], [2], []], to: 2, [FakeHeap.Root(1, HeapRootKind.Handle)], statics: [0], types: [Ordinary, Crossroads, Ordinary]));

    [Fact]
    public void RankOf_SingleNode_WinsOverItsType()
    {
        using FakeHeap heap = new([[], [], []], types: [Last, Last, Ordinary]);
        using HeapGraph graph = heap.BuildGraph([]);
        RetainerOrder order = new(graph, Ranks, new Dictionary<uint, RetainerRank> { [1] = RetainerRank.Second });

        Assert.Equal(
            [RetainerRank.Last, RetainerRank.Second, RetainerRank.Ordinary, RetainerRank.Ordinary],
            new[] { 0u, 1u, 2u, graph.Root }.Select(order.RankOf));
    }

    // Positions of virtual nodes, told from objects by their sign: the path's first node, everything, is left out.
    private static int Virtual(int position) => -position;

    private static int FieldOf(int number) => -(RootPlan.FirstStatic + number);

    private static int[] Path(int[][] edges, int to, HeapRoot[]? roots = null, int[]? statics = null, int[]? types = null)
    {
        using FakeHeap heap = new(edges, types: types);
        using HeapGraph graph = heap.BuildGraph(roots ?? [], statics ?? []);
        using RetainerForest forest = RetainerForest.Build(graph, new RetainerOrder(graph, Ranks, new Dictionary<uint, RetainerRank>()));
        IReadOnlyList<uint> path = forest.GetPath((uint)to);
        Assert.All(path.Take(1), node => Assert.Equal(graph.Root, node));
        return [.. path.Skip(1).Where(node => node != graph.Root + RootPlan.Statics).Select(node => graph.IsVirtual(node) ? -(int)(node - graph.Root) : (int)node)];
    }
}
