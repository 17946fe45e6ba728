using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class StaleRootsTests
{
    [Fact]
    public void Cut_WordToWhatNothingElseHolds_Stays() => Assert.Equal((true, "0"), Cut([[1], []], words: [0], broken: []));

    [Fact]
    public void Cut_WordToWhatIsAliveAnyway_IsCut() => Assert.Equal((true, ""), Cut([[1], []], words: [1], broken: [], handles: [0]));

    [Fact]
    public void Cut_WordThatLeadsToAReferenceToNothing_IsCut() => Assert.Equal((true, "2"), Cut([[1], [], []], words: [0, 2], broken: [1]));

    [Fact]
    public void Cut_WordBehindAStaleOne_IsStillNeeded() => Assert.Equal((true, "2"), Cut([[2, 1], [], []], words: [0, 2], broken: [1]));

    [Fact]
    public void Cut_TwoWordsToOneObject_NeedsOne() => Assert.Equal((true, "0"), Cut([[], []], words: [0, 0], broken: []));

    [Fact]
    public void Cut_PreciseRootLeadsToAReferenceToNothing_TheCaptureIsWrong() => Assert.False(Cut([[1], [], []], words: [2], broken: [1], handles: [0]).IsWhole);

    [Fact]
    public void Cut_LocalVariableLeadsToAReferenceToNothing_TheCaptureIsWrong() => Assert.False(Cut([[1], [], []], words: [2], broken: [1], locals: [0]).IsWhole);

    [Fact]
    public void Cut_LocalVariable_StaysAndKeepsWhatAWordPointsAt() => Assert.Equal((true, "0"), Cut([[1], []], words: [1], broken: [], locals: [0]));

    /// <returns>Whether the capture is whole, and which objects the stacks still hold.</returns>
    private static (bool IsWhole, string Held) Cut(int[][] edges, int[] words, uint[] broken, int[]? handles = null, int[]? locals = null)
    {
        using FakeHeap heap = new(edges);
        using HeapGraph graph = heap.BuildGraph(
        [
            .. (handles ?? []).Select(static node => FakeHeap.Root(node, HeapRootKind.Handle)),
            .. (locals ?? []).Concat(words).Select(static node => FakeHeap.Root(node, HeapRootKind.Stack)),
        ]);
        uint stack = graph.Root + RootPlan.Stack;

        bool isWhole = StaleRoots.Cut(graph, words.Select(static node => (uint)node).ToHashSet(), broken);

        return (isWhole, string.Join(' ', graph.GetTargets(stack).ToArray().Where(target => target != stack)));
    }
}
