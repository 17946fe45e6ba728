using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Object 0 holds object 1, and so on: what a capture lacks is said, and garbage does not count.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class AnalysedHeapTests
{
    private const int Nowhere = 7;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_EverythingThere_IsComplete(bool hasGarbage) => Assert.Null(IncompleteBecause([[1], []], hasGarbage, FakeHeap.Root(0, HeapRootKind.Handle)));

    [Fact]
    public void Build_ReferencesToNothing_SaysHowMany() =>
        Assert.Equal("2 references lead to no known object", IncompleteBecause([[1, Nowhere], [Nowhere + 1]], hasGarbage: false, FakeHeap.Root(0, HeapRootKind.Handle)));

    [Theory]
    [InlineData(nameof(HeapRootKind.Handle), "1 references lead to no known object")]
    [InlineData(nameof(HeapRootKind.Thread), "1 references lead to no known object")]
    [InlineData(nameof(HeapRootKind.Stack), null)]
    public void Build_GarbageThatRefersToNothing_MattersIfAPreciseRootHoldsIt(string root, string? expected)
    {
        HeapRootKind kind = Enum.Parse<HeapRootKind>(root);

        Assert.Null(IncompleteBecause([[], [Nowhere]], hasGarbage: true, FakeHeap.Root(0, HeapRootKind.Handle)));
        Assert.Equal(expected, IncompleteBecause([[], [Nowhere]], hasGarbage: true, FakeHeap.Root(0, HeapRootKind.Handle), FakeHeap.Root(1, kind)));
    }

    // The runtime names roots of what it has just freed: only a copy that stands still has all of them.
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "2 roots lead to no known object")]
    public void Build_RootsOfNothing_MatterInAFrozenCopy(bool hasGarbage, string? expected) =>
        Assert.Equal(expected, IncompleteBecause([[1], []], hasGarbage, FakeHeap.Root(0, HeapRootKind.Handle), FakeHeap.Root(Nowhere, HeapRootKind.Handle), FakeHeap.Root(Nowhere + 1, HeapRootKind.Other)));

    [Theory]
    [InlineData(false, 3, true)]
    [InlineData(true, 2, false)]
    public void LiveCount_ObjectThatNothingHolds_CountsUnlessGarbageMayBeThere(bool hasGarbage, long expected, bool isCounted)
    {
        using FakeHeap heap = new([[1], [], []]);
        using AnalysedHeap analysed = AnalysedHeap.Build(Capture(heap, hasGarbage, FakeHeap.Root(0, HeapRootKind.Handle)), []);

        Assert.Equal(expected, analysed.LiveCount);
        Assert.True(analysed.IsCounted(1));
        Assert.Equal(isCounted, analysed.IsCounted(2));
        Assert.False(analysed.IsReached(2));
    }

    [Theory]
    [InlineData(RootPlan.All, "all roots")]
    [InlineData(RootPlan.Statics, "static fields")]
    [InlineData(RootPlan.Stack, "local variables and thread statics")]
    [InlineData(RootPlan.Handles, "GC handles")]
    [InlineData(RootPlan.PinnedHandles, "pinned GC handles")]
    [InlineData(RootPlan.FinalizerQueue, "finalizer queue")]
    [InlineData(RootPlan.Other, "runtime")]
    public void NameOf_Roots_SaysWhatKeepsTheObjects(int position, string expected)
    {
        using FakeHeap heap = new([[1], []]);
        using AnalysedHeap analysed = AnalysedHeap.Build(Capture(heap, false, FakeHeap.Root(0, HeapRootKind.Handle)), []);

        Assert.Equal(expected, analysed.NameOf(-1 - position));
        Assert.Null(analysed.FindStatic(-1 - position));
        Assert.Null(analysed.TypeOf(analysed.Graph.Root));
    }

    // In the next snapshot the same types have other numbers.
    [Fact]
    public void IdentityOf_SameTypeAtAnotherNumber_IsTheSame()
    {
        using FakeHeap one = new([[1], []], types: [0, 1]);
        using FakeHeap other = new([[1], []], types: [1, 0]);
        using AnalysedHeap first = AnalysedHeap.Build(Capture(one, false, FakeHeap.Root(0, HeapRootKind.Handle)), []);
        using AnalysedHeap second = AnalysedHeap.Build(new CapturedHeap(other, other) { Roots = [FakeHeap.Root(0, HeapRootKind.Handle)], Types = [new HeapTypeRecord(2, "Shop.Order"), new HeapTypeRecord(1, "Shop.Item")] }, []);

        Assert.Equal(first.IdentityOf(0), second.IdentityOf(1));
        Assert.Equal(first.IdentityOf(1), second.IdentityOf(0));
        Assert.Equal(first.IdentityOf(-1), second.IdentityOf(-1));
        Assert.Equal(6, new[] { 0, 1, -1, -2, -3, -4 }.Select(first.IdentityOf).Distinct().Count());
        Assert.Equal(first.IdentityOf(0), first.IdentityOf(0));
    }

    // Of two types that share a name neither is taken for the other.
    [Fact]
    public void IdentityOf_TypesOfOneName_Differ()
    {
        using FakeHeap heap = new([[1], []], types: [0, 1]);
        HeapTypeRecord[] types = [Record(typeof(Timer)), Record(typeof(System.Timers.Timer))];
        using AnalysedHeap analysed = AnalysedHeap.Build(new CapturedHeap(heap, heap) { Roots = [FakeHeap.Root(0, HeapRootKind.Handle)], Types = types }, []);

        Assert.NotEqual(analysed.IdentityOf(0), analysed.IdentityOf(1));
    }

    private static HeapTypeRecord Record(Type type) => new((ulong)type.TypeHandle.Value, type.Name) { Type = type };

    private static string? IncompleteBecause(int[][] edges, bool hasGarbage, params HeapRoot[] roots)
    {
        using FakeHeap heap = new(edges);
        using CapturedHeap capture = Capture(heap, hasGarbage, roots);
        AnalysedHeap.Build(capture, []).Dispose();
        return capture.IncompleteBecause;
    }

    private static CapturedHeap Capture(FakeHeap heap, bool hasGarbage, params HeapRoot[] roots) =>
        new(heap, heap) { Roots = roots, HasGarbage = hasGarbage, Types = [new HeapTypeRecord(1, "Shop.Item"), new HeapTypeRecord(2, "Shop.Order")] };
}
