namespace MemGuard.Bounded;

/// <summary>What can be linked in one <see cref="NodeList{TNode}"/> at a time: the links are its own, so linking allocates nothing.</summary>
internal abstract class ListNode<TNode>
    where TNode : ListNode<TNode>
{
    /// <summary>The list it is linked in; null when in none. Guarded by the lock of the list's owner, like the links.</summary>
    public NodeList<TNode>? List { get; set; }

    public TNode? Previous { get; set; }

    /// <summary>Next in its list; free for another use, such as a pool, while it is in none.</summary>
    public TNode? Next { get; set; }
}
