using System.Diagnostics.CodeAnalysis;
using MemGuard.Bounded;
using Microsoft.Extensions.Logging;

namespace MemGuard.Lifetimes;

/// <summary>
/// An event whose handlers can be counted and taken back: subscribing gives something to dispose, handlers that pile up are reported with the
/// type that most of them belong to, and a handler that throws does not stop the others.
/// </summary>
/// <typeparam name="TEventArgs">The argument that the handlers get.</typeparam>
/// <remarks>Thread-safe. Handlers run on the raising thread, in the order of subscription, outside the lock.</remarks>
public sealed class GuardedEvent<TEventArgs> : IBoundedStructure
{
    private readonly string _name;
    private readonly int _warnAt;
    private readonly ILogger? _logger;
    private readonly Action<GuardedEventGrowth>? _handlersGrew;

    /// <summary>Guards the list and the numbers below it.</summary>
    private readonly Lock _gate = new();

    private readonly NodeList<EventSubscription<TEventArgs>> _subscriptions = new();

    /// <summary>The list as an array for raising; null after a change.</summary>
    private EventSubscription<TEventArgs>[]? _snapshot;

    /// <summary>The next count to warn at: doubles with each warning, and comes back down when the handlers do.</summary>
    private long _nextWarning;
    private long _totalErrors;

    /// <summary>Creates an event without handlers and registers it, weakly, with <see cref="BoundedStructures"/>.</summary>
    /// <param name="name">The name in warnings and metrics.</param>
    /// <param name="options">When to warn; read once. Null for the defaults.</param>
    public GuardedEvent(string name, GuardedEventOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options ??= new GuardedEventOptions();
        if (options.GetErrors().FirstOrDefault() is string error)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.WarnAt, $"GuardedEvent \"{name}\": {error}");
        }

        _name = name;
        _warnAt = options.WarnAt;
        _nextWarning = options.WarnAt;
        _logger = options.Logger;
        _handlersGrew = options.HandlersGrew;
        BoundedStructures.Register(this, _name);
    }

    /// <summary>Handlers now. A weak handler counts until the first raise after its target is gone.</summary>
    public int HandlerCount
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Exceptions of handlers, contained.</summary>
    public long TotalErrors => Interlocked.Read(ref _totalErrors);

    /// <summary>Adds a handler until the result is disposed.</summary>
    /// <param name="handler">Called at each raise. Added twice, it is called twice.</param>
    public IDisposable Subscribe(EventHandler<TEventArgs> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new StrongSubscription<TEventArgs>(this, handler));
    }

    /// <summary>Adds a handler for the next raise only.</summary>
    /// <param name="handler">Called once.</param>
    public IDisposable SubscribeOnce(EventHandler<TEventArgs> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new OnceSubscription<TEventArgs>(this, handler));
    }

    /// <summary>Adds a handler that ends with its target, which it does not keep alive.</summary>
    /// <typeparam name="TTarget">The type of the target.</typeparam>
    /// <param name="target">Given to the handler at each raise.</param>
    /// <param name="handler">Must reach the target only through its parameter: make it static.</param>
    /// <exception cref="ArgumentException">The handler holds the target.</exception>
    public IDisposable SubscribeWeakly<TTarget>(TTarget target, Action<TTarget, object?, TEventArgs> handler)
        where TTarget : class
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(handler);
        return ReferenceEquals(handler.Target, target)
            ? throw new ArgumentException("The handler holds its target, which would never be collected: make it static and use its parameter.", nameof(handler))
            : Add(new WeakSubscription<TTarget, TEventArgs>(this, target, handler));
    }

    /// <summary>Calls every handler. What one throws is contained, counted, and logged the first time.</summary>
    /// <param name="sender">Given to the handlers.</param>
    /// <param name="args">Given to the handlers.</param>
    [SuppressMessage("Design", "CA1030:Use events where appropriate", Justification = "This type is the event.")]
    public void Raise(object? sender, TEventArgs args)
    {
        foreach (EventSubscription<TEventArgs> subscription in GetSnapshot())
        {
            try
            {
                if (!subscription.Invoke(sender, args))
                {
                    Remove(subscription);
                }
            }
            catch (Exception exception)
            {
                if (Interlocked.Increment(ref _totalErrors) == 1)
                {
                    Contain(() => LogError(subscription, exception));
                }
            }
        }
    }

    BoundedStructureUsage IBoundedStructure.GetUsage() => new() { Name = _name, Kind = StructureKind.Event, Count = HandlerCount };

    internal void Remove(EventSubscription<TEventArgs> subscription)
    {
        lock (_gate)
        {
            if (subscription.List is null)
            {
                return;
            }

            _subscriptions.Remove(subscription);
            _snapshot = null;
            if (_nextWarning > _warnAt && _subscriptions.Count < _nextWarning / 4)
            {
                // Well below the last step: growth from here is news again.
                _nextWarning /= 2;
            }
        }
    }

    private EventSubscription<TEventArgs> Add(EventSubscription<TEventArgs> subscription)
    {
        GuardedEventGrowth? growth = null;
        lock (_gate)
        {
            _subscriptions.Append(subscription);
            _snapshot = null;
            if (_subscriptions.Count >= _nextWarning)
            {
                RemoveDeadUnsynchronized();
            }

            if (_subscriptions.Count >= _nextWarning)
            {
                _nextWarning *= 2;
                growth = DescribeUnsynchronized();
            }
        }

        if (growth is not null)
        {
            Contain(() => Report(growth));
        }

        return subscription;
    }

    // An event that is never raised never notices otherwise. Once a step: the cost is spread over as many additions.
    private void RemoveDeadUnsynchronized()
    {
        EventSubscription<TEventArgs>? subscription = _subscriptions.First;
        while (subscription is not null)
        {
            EventSubscription<TEventArgs>? next = subscription.Next;
            if (!subscription.IsAlive)
            {
                _subscriptions.Remove(subscription);
            }

            subscription = next;
        }
    }

    private EventSubscription<TEventArgs>[] GetSnapshot()
    {
        lock (_gate)
        {
            if (_snapshot is null)
            {
                _snapshot = new EventSubscription<TEventArgs>[_subscriptions.Count];
                int index = 0;
                for (EventSubscription<TEventArgs>? subscription = _subscriptions.First; subscription is not null; subscription = subscription.Next)
                {
                    _snapshot[index++] = subscription;
                }
            }

            return _snapshot;
        }
    }

    // Only at a step: the table lives as long as this call.
    private GuardedEventGrowth DescribeUnsynchronized()
    {
        Dictionary<Type, int> counts = [];
        for (EventSubscription<TEventArgs>? subscription = _subscriptions.First; subscription is not null; subscription = subscription.Next)
        {
            counts[subscription.Subscriber] = counts.GetValueOrDefault(subscription.Subscriber) + 1;
        }

        (Type type, int most) = counts.MaxBy(static entry => entry.Value);
        return new GuardedEventGrowth
        {
            EventName = _name,
            HandlerCount = _subscriptions.Count,
            TopSubscriber = type.FullName ?? type.Name,
            TopShareRatio = (double)most / _subscriptions.Count,
        };
    }

    private void Report(GuardedEventGrowth growth)
    {
        if ((_logger ?? DefaultLogger.Current) is { } logger)
        {
            Log.HandlersGrew(logger, VisibleText.OfName(growth.EventName), growth.HandlerCount, growth.TopShareRatio * 100, VisibleText.OfName(growth.TopSubscriber));
        }

        _handlersGrew?.Invoke(growth);
    }

    private void LogError(EventSubscription<TEventArgs> subscription, Exception exception)
    {
        if ((_logger ?? DefaultLogger.Current) is { } logger)
        {
            Log.HandlerFailed(logger, exception, VisibleText.OfName(_name), VisibleText.OfName(subscription.Subscriber.FullName ?? subscription.Subscriber.Name));
        }
    }

    private static void Contain(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // A broken log sink or listener must not break the subscriber or the raiser.
            ContainedFailures.Count();
        }
    }
}
