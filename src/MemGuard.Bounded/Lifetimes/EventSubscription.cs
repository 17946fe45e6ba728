using MemGuard.Bounded;

namespace MemGuard.Lifetimes;

/// <summary>One handler of an event: a link in the event's list, and what its subscriber disposes.</summary>
internal abstract class EventSubscription<TEventArgs>(GuardedEvent<TEventArgs> source) : ListNode<EventSubscription<TEventArgs>>, IDisposable
{
    /// <summary>The type to name when handlers pile up.</summary>
    public abstract Type Subscriber { get; }

    /// <summary>False when the subscriber has been collected.</summary>
    public virtual bool IsAlive => true;

    protected GuardedEvent<TEventArgs> Source => source;

    /// <returns>False when the subscriber is gone and the subscription with it.</returns>
    public abstract bool Invoke(object? sender, TEventArgs args);

    public void Dispose() => source.Remove(this);
}

/// <summary>Holds its handler.</summary>
internal sealed class StrongSubscription<TEventArgs>(GuardedEvent<TEventArgs> source, EventHandler<TEventArgs> handler) : EventSubscription<TEventArgs>(source)
{
    public override Type Subscriber => EventSubscriber.Find(handler);

    public override bool Invoke(object? sender, TEventArgs args)
    {
        handler(sender, args);
        return true;
    }
}

/// <summary>Holds its handler until it has been called once.</summary>
internal sealed class OnceSubscription<TEventArgs>(GuardedEvent<TEventArgs> source, EventHandler<TEventArgs> handler) : EventSubscription<TEventArgs>(source)
{
    private int _isTaken;

    public override Type Subscriber => EventSubscriber.Find(handler);

    public override bool Invoke(object? sender, TEventArgs args)
    {
        // Two threads may raise at once.
        if (Interlocked.Exchange(ref _isTaken, 1) == 0)
        {
            Source.Remove(this);
            handler(sender, args);
        }

        return true;
    }
}

/// <summary>Does not keep its target alive.</summary>
internal sealed class WeakSubscription<TTarget, TEventArgs>(GuardedEvent<TEventArgs> source, TTarget target, Action<TTarget, object?, TEventArgs> handler)
    : EventSubscription<TEventArgs>(source)
    where TTarget : class
{
    private readonly WeakReference<TTarget> _target = new(target);

    public override Type Subscriber => typeof(TTarget);

    public override bool IsAlive => _target.TryGetTarget(out _);

    public override bool Invoke(object? sender, TEventArgs args)
    {
        if (!_target.TryGetTarget(out TTarget? alive))
        {
            return false;
        }

        handler(alive, sender, args);
        return true;
    }
}
