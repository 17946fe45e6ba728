namespace MemGuard.Bounded;

/// <summary>One tracked task: a link in the list of those under way, used again for later tasks.</summary>
internal sealed class InFlightTask : ListNode<InFlightTask>
{
    /// <param name="ended">Called with this entry when its task has ended.</param>
    public InFlightTask(Action<InFlightTask> ended) => Ended = () => ended(this);

    /// <summary>The continuation, made once: tracking a task then allocates nothing.</summary>
    public Action Ended { get; }

    public Task? Task { get; set; }

    public string Member { get; set; } = "";

    public int Line { get; set; }

    /// <summary>The code that started the task.</summary>
    public string Origin => $"{Member}, line {Line}";

    public long StartedMilliseconds { get; set; }

    public bool IsReported { get; set; }
}
