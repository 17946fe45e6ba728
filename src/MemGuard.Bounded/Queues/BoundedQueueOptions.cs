namespace MemGuard.Bounded;

/// <summary>The bounds of a <see cref="BoundedQueue{T}"/>: the part that configuration can bind.</summary>
public class BoundedQueueOptions
{
    /// <summary>The name in metrics, statistics and exceptions.</summary>
    /// <value>The default is <c>queue</c>. Name each queue; must not be empty.</value>
    public string Name { get; set; } = "queue";

    /// <summary>The most items that may be queued.</summary>
    /// <value>Required. Must be positive. Room is taken as it is needed, up to this.</value>
    public int Capacity { get; set; }

    /// <summary>The most weight that may be queued, in the unit of <see cref="BoundedQueueOptions{T}.Weigher"/>, usually bytes.</summary>
    /// <value>The default is null: no bound. Must be positive, and needs a weigher. A heavier single item is always rejected.</value>
    public long? MaxWeight { get; set; }

    /// <summary>What happens to a new item when there is no room for it.</summary>
    /// <value>The default is <see cref="BoundedQueueFullMode.Wait"/>.</value>
    public BoundedQueueFullMode FullMode { get; set; }

    /// <summary>How long a writer waits for room in <see cref="BoundedQueueFullMode.Wait"/>, unless the call says otherwise.</summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>. Zero or more; accurate to about 10 milliseconds.</value>
    public TimeSpan WaitTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>How far the queue must drain, in items and in weight, before waiting writers go on.</summary>
    /// <value>
    /// The default is 1: a writer goes on as soon as there is room, as with the framework's channel. Above 0, at most 1. Less means fewer wake-ups; then a
    /// reader that takes one item and waits for what the writer does next may wait for ever.
    /// </value>
    public double ResumeAt { get; set; } = 1;

    /// <summary>Whether whoever ends a wait may run what comes after it, at once and on its own thread.</summary>
    /// <value>
    /// The default is false. Dangerous: a reader's code then runs within the writer's call, and the other way round, never under a lock of the queue. It saves
    /// the hop to the thread pool.
    /// </value>
    public bool AllowSynchronousContinuations { get; set; }

    /// <summary>What is wrong with the options, as sentences that name the option and its range; empty when all is well.</summary>
    public IEnumerable<string> GetErrors() => OptionErrors.Of(Validate);

    internal virtual void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException($"{nameof(Name)} must not be empty.", nameof(Name));
        }

        if (Capacity <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, $"{nameof(Capacity)} of queue '{Name}' must be positive.");
        }

        if (MaxWeight <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWeight), MaxWeight, $"{nameof(MaxWeight)} of queue '{Name}' must be positive, or null for no bound.");
        }

        if (!Enum.IsDefined(FullMode))
        {
            throw new ArgumentOutOfRangeException(nameof(FullMode), FullMode, $"{nameof(FullMode)} of queue '{Name}' must be Wait, DropOldest, DropNewest, DropWrite or Reject.");
        }

        if (WaitTimeout < TimeSpan.Zero && WaitTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(WaitTimeout), WaitTimeout, $"{nameof(WaitTimeout)} of queue '{Name}' must be zero, positive or infinite.");
        }

        // Written so that NaN fails too.
        if (!(ResumeAt > 0 && ResumeAt <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ResumeAt), ResumeAt, $"{nameof(ResumeAt)} of queue '{Name}' must be above 0 and at most 1.");
        }
    }
}
