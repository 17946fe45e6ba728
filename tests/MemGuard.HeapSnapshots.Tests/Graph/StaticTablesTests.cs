using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class StaticTablesTests
{
    private static readonly ulong Table = FakeHeap.AddressOf(0);

    [Fact]
    public void Cut_FieldInATable_TakesItsReferenceAndLeavesTheOthers()
    {
        (HashSet<uint> tables, uint[] left) = Cut(new HeapStatic(Table + 8, FakeHeap.AddressOf(1), 0, "field"));

        Assert.Equal([0u], tables);
        Assert.Equal([0u, 2u], left);
    }

    [Fact]
    public void Cut_LastSlotOfTheTable_StillBelongsToIt() => Assert.Equal([0u], Cut(new HeapStatic(Table + 15, FakeHeap.AddressOf(1), 0, "field")).Tables);

    [Theory]
    [InlineData(16)]
    [InlineData(-8)]
    public void Cut_SlotOutsideOfAnyObject_CutsNothing(int distance)
    {
        (HashSet<uint> tables, uint[] left) = Cut(new HeapStatic(Table + (ulong)distance, FakeHeap.AddressOf(1), 0, "field"));

        Assert.Empty(tables);
        Assert.Equal([1u, 2u], left);
    }

    [Fact]
    public void Cut_FieldThatHoldsNoObject_LeavesAllReferences()
    {
        (HashSet<uint> tables, uint[] left) = Cut(new HeapStatic(Table, 0, 0, "field"));

        Assert.Equal([0u], tables);
        Assert.Equal([1u, 2u], left);
    }

    private static (HashSet<uint> Tables, uint[] Left) Cut(HeapStatic field)
    {
        using FakeHeap heap = new([[1, 2], [], []], sizes: [2, 1, 1]);
        (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(heap, [new VirtualNode(-1, [Table])], []).Build();
        using (index)
        using (graph)
        {
            HashSet<uint> tables = StaticTables.Cut(graph, index, [field]);
            return (tables, graph.GetTargets(0).ToArray());
        }
    }
}
