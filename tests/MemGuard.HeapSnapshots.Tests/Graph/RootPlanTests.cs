using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Tests.Graph;

public sealed class RootPlanTests
{
    [Theory]
    [InlineData(HeapRootKind.Stack, false, RootPlan.Stack)]
    [InlineData(HeapRootKind.Thread, false, RootPlan.Stack)]
    [InlineData(HeapRootKind.FinalizerQueue, false, RootPlan.FinalizerQueue)]
    [InlineData(HeapRootKind.Handle, false, RootPlan.Handles)]
    [InlineData(HeapRootKind.Handle, true, RootPlan.PinnedHandles)]
    [InlineData(HeapRootKind.Other, false, RootPlan.Other)]
    public void Nodes_Root_BelongsToItsKindAlone(object kind, bool isPinned, int position)
    {
        RootPlan plan = new([new HeapRoot(0x1000, (HeapRootKind)kind, isPinned)], []);

        Assert.Equal([0x1000UL], plan.Nodes[position].Targets);
        Assert.Single(plan.Nodes, static node => node.Targets.Count > 0);
        Assert.Equal(RootPlan.FirstStatic, plan.Nodes.Count);
    }

    [Fact]
    public void Nodes_StaticFields_LieBelowTheStaticsInTheCapturesOrder()
    {
        RootPlan plan = new([], [new HeapStatic(0x10, 0x1000, 1, "a"), new HeapStatic(0x18, 0x2000, 1, "b")]);

        Assert.Equal([[0x1000UL], [0x2000UL]], plan.Nodes.Skip(RootPlan.FirstStatic).Select(static node => node.Targets));
        Assert.All(plan.Nodes.Skip(RootPlan.FirstStatic), static node => Assert.Equal(RootPlan.Statics, node.Parent));
    }

    [Fact]
    public void Nodes_Kinds_LieBelowTheFirst() => Assert.Equal([-1, 0, 0, 0, 0, 0, 0], new RootPlan([], []).Nodes.Select(static node => node.Parent));
}
