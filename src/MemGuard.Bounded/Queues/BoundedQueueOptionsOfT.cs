namespace MemGuard.Bounded;

/// <summary>The bounds of a <see cref="BoundedQueue{T}"/> and the functions it calls.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class BoundedQueueOptions<T> : BoundedQueueOptions
{
    /// <summary>The weight of an item, usually its bytes. Called once for each offered item, outside the lock; what it throws reaches the writer.</summary>
    /// <value>The default is null: items are counted only. Must return zero or more.</value>
    public Func<T, long>? Weigher { get; set; }

    /// <summary>Receives every item that the queue accepted and no reader will get, once, outside the lock, on the thread that caused the drop.</summary>
    /// <value>The default is null: dropped items are only counted. What it throws is contained and counted.</value>
    public Action<T, ItemDropReason>? ItemDropped { get; set; }

    internal override void Validate()
    {
        base.Validate();
        if (MaxWeight is not null && Weigher is null)
        {
            throw new ArgumentException($"{nameof(MaxWeight)} of queue '{Name}' needs a {nameof(Weigher)}.", nameof(MaxWeight));
        }
    }
}
