using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class DominatorTreeTests
{
    private const int ListLength = 1_000_000;

    [Fact]
    public void Build_RandomGraphs_EqualsTheDefinition()
    {
        Gen<int[][]> graphs =
            from size in Gen.Choose(1, 40)
            from edges in Gen.Choose(0, 4).SelectMany(most => Gen.Choose(0, size - 1).ArrayOf().Select(targets => targets.Take(most).ToArray()).ArrayOf(size))
            select edges;

        Prop.ForAll(graphs.ToArbitrary(), static edges => EqualsNaive(edges, seed: edges.Length)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Build_LargerRandomGraphs_EqualsTheDefinition()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            int size = random.Next(100, 300);
            int[][] edges = [.. Enumerable.Range(0, size).Select(_ => Enumerable.Range(0, random.Next(0, 3)).Select(_ => random.Next(size)).ToArray())];
            edges[0] = [.. Enumerable.Range(0, 10).Select(_ => random.Next(size))];

            Assert.True(EqualsNaive(edges, seed), $"seed {seed}");
        }
    }

    // Entered from its end, or from everywhere, a list makes other algorithms quadratic: 10¹² steps would not end within the suite.
    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    [InlineData("every node is a root too")]
    [InlineData("doubly linked")]
    public void Build_ListOfAMillion_NeitherQuadraticNorDeep(string shape)
    {
        int[][] edges = new int[ListLength + 1][];
        for (int i = 1; i <= ListLength; i++)
        {
            int next = i == ListLength ? 0 : i + 1;
            int previous = i - 1;
            edges[i] = shape switch
            {
                "backward" => previous == 0 ? [] : [previous],
                "doubly linked" => next == 0 ? [previous] : previous == 0 ? [next] : [next, previous],
                _ => next == 0 ? [] : [next],
            };
        }

        edges[0] = shape switch
        {
            "backward" => [ListLength],
            "every node is a root too" => [.. Enumerable.Range(1, ListLength)],
            _ => [1],
        };
        using FakeHeap heap = new(edges);
        using HeapGraph graph = heap.BuildGraph();

        using DominatorTree tree = DominatorTree.Build(graph);

        Assert.Equal((uint)ListLength + 2, tree.Count);
        Assert.Equal((ListLength + 1) * 8L, tree.GetRetainedBytes(0));
        uint last = tree.Numbers[shape == "backward" ? 1 : ListLength];
        Assert.Equal(8, tree.GetRetainedBytes(last));
        uint dominatorOfLast = tree.Nodes[tree.Dominators[last]];
        Assert.Equal(shape switch { "backward" => 2u, "every node is a root too" => 0u, _ => ListLength - 1u }, dominatorOfLast);
    }

    [Fact]
    public void Build_Unreachable_IsLeftOut()
    {
        using FakeHeap heap = new([[1], [], [1]]);
        using HeapGraph graph = heap.BuildGraph();

        using DominatorTree tree = DominatorTree.Build(graph);

        Assert.Equal(DominatorTree.Unreached, tree.Numbers[2]);
        Assert.Equal(16, tree.GetRetainedBytes(0));
    }

    [Fact]
    public void Dispose_OfAll_LeavesNoNativeMemory()
    {
        long before = NativeMeter.CurrentBytes;
        using (FakeHeap heap = new([[1, 2], [2], [0]]))
        using (HeapGraph graph = heap.BuildGraph())
        using (DominatorTree tree = DominatorTree.Build(graph))
        using (DominatorPaths paths = DominatorPaths.Build(graph, tree, static _ => false))
        {
            Debug.Assert(paths.Entries.Count > 0, "used");
        }

        Assert.Equal(before, NativeMeter.CurrentBytes);
    }

    private static bool EqualsNaive(int[][] edges, int seed)
    {
        Random random = new(seed);
        uint[] sizes = [.. edges.Select(_ => (uint)random.Next(1, 100))];
        using FakeHeap heap = new(edges, sizes);
        using HeapGraph graph = heap.BuildGraph();
        using DominatorTree tree = DominatorTree.Build(graph);
        HashSet<int>[] expected = NaiveDominators.Find(edges);
        for (int node = 0; node < edges.Length; node++)
        {
            uint number = tree.Numbers[node];
            if (expected[node].Count == 0 != (number == DominatorTree.Unreached))
            {
                return false;
            }

            if (number == DominatorTree.Unreached)
            {
                continue;
            }

            // The chain of immediate dominators is the set of all of them, and the retained size is the sum over what is dominated.
            HashSet<int> chain = [];
            for (uint current = number; tree.Nodes[current] != graph.Root; current = tree.Dominators[current])
            {
                chain.Add((int)tree.Nodes[current]);
            }

            long retained = Enumerable.Range(0, edges.Length).Where(other => expected[other].Contains(node)).Sum(other => sizes[other] * 8L);
            if (!chain.SetEquals(expected[node]) || retained != tree.GetRetainedBytes(number))
            {
                return false;
            }
        }

        return true;
    }
}
