namespace MemGuard.Bounded;

/// <summary>A caller that waits for room among the tasks under way. Its result is the entry of its task; null when it is refused.</summary>
internal sealed class InFlightWaiter : TaskCompletionSource<InFlightTask?>
{
    public InFlightWaiter(InFlightTasks owner, string member, int line)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Owner = owner;
        Member = member;
        Line = line;
        Node = new LinkedListNode<InFlightWaiter>(this);
    }

    public InFlightTasks Owner { get; }

    public string Member { get; }

    public int Line { get; }

    /// <summary>Its place in line; in no list once it has been served, refused or cancelled. Guarded by the lock of the owner.</summary>
    public LinkedListNode<InFlightWaiter> Node { get; }
}
