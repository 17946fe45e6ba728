using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>A doubly linked list through the nodes' own links, in the order of arrival. Guarded by the lock of its owner.</summary>
internal sealed class NodeList<TNode>
    where TNode : ListNode<TNode>
{
    private TNode? _last;

    public TNode? First { get; private set; }

    public int Count { get; private set; }

    public void Append(TNode node)
    {
        Debug.Assert(node.List is null, "A node is in one list at a time.");
        node.List = this;
        node.Next = null;
        node.Previous = _last;
        if (_last is null)
        {
            First = node;
        }
        else
        {
            _last.Next = node;
        }

        _last = node;
        Count++;
    }

    public void Remove(TNode node)
    {
        Debug.Assert(node.List == this, "Removed from a list it is not in.");
        if (node.Previous is null)
        {
            First = node.Next;
        }
        else
        {
            node.Previous.Next = node.Next;
        }

        if (node.Next is null)
        {
            _last = node.Previous;
        }
        else
        {
            node.Next.Previous = node.Previous;
        }

        node.List = null;
        node.Previous = null;
        node.Next = null;
        Count--;
    }
}
