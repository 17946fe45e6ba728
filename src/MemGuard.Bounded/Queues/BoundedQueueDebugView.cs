using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>What a debugger shows of a queue: its items, the oldest first, and its counters.</summary>
internal sealed class BoundedQueueDebugView<T>(BoundedQueue<T> queue)
{
    [DebuggerBrowsable(DebuggerBrowsableState.RootHidden)]
    public T[] Items => queue.ToArray();

    public BoundedQueueStatistics Statistics => queue.GetStatistics();
}
