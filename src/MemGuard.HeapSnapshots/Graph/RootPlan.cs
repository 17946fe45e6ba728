using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Groups the roots under virtual nodes: everything, the kinds of roots, and one node per static field.</summary>
internal sealed class RootPlan
{
    /// <summary>Position of the node that keeps all others.</summary>
    public const int All = 0;

    /// <summary>Position of the node above all static fields.</summary>
    public const int Statics = 1;

    /// <summary>Local variables and thread statics.</summary>
    public const int Stack = 2;

    /// <summary>GC handles that do not pin.</summary>
    public const int Handles = 3;

    /// <summary>GC handles that pin.</summary>
    public const int PinnedHandles = 4;

    /// <summary>Objects that wait for their finalizer.</summary>
    public const int FinalizerQueue = 5;

    /// <summary>Other causes inside the runtime.</summary>
    public const int Other = 6;

    /// <summary>Position of the first static field; the others follow in the capture's order.</summary>
    public const int FirstStatic = 7;

    public RootPlan(IReadOnlyList<HeapRoot> roots, IReadOnlyList<HeapStatic> statics)
    {
        List<ulong>[] groups = new List<ulong>[FirstStatic];
        for (int i = 0; i < FirstStatic; i++)
        {
            groups[i] = [];
        }

        foreach (HeapRoot root in roots)
        {
            groups[PositionOf(root)].Add(root.Address);
        }

        List<VirtualNode> nodes = new(FirstStatic + statics.Count);
        for (int i = 0; i < FirstStatic; i++)
        {
            nodes.Add(new VirtualNode(i == All ? -1 : All, groups[i]));
        }

        foreach (HeapStatic field in statics)
        {
            nodes.Add(new VirtualNode(Statics, [field.Address]));
        }

        Nodes = nodes;
    }

    public IReadOnlyList<VirtualNode> Nodes { get; }

    private static int PositionOf(HeapRoot root) => root.Kind switch
    {
        HeapRootKind.Stack or HeapRootKind.Thread => Stack,
        HeapRootKind.FinalizerQueue => FinalizerQueue,
        HeapRootKind.Handle => root.IsPinned ? PinnedHandles : Handles,
        _ => Other,
    };
}
