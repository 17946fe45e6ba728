using Microsoft.Extensions.Logging;

namespace MemGuard.Lifetimes;

/// <summary>When a <see cref="GuardedEvent{TEventArgs}"/> says that its handlers pile up.</summary>
public sealed class GuardedEventOptions
{
    /// <summary>The number of handlers from which it warns; it warns again each time that number has doubled.</summary>
    /// <value>The default is 100. Must be positive.</value>
    public int WarnAt { get; set; } = 100;

    /// <summary>Receives the warnings, and the first exception of a handler.</summary>
    /// <value>The default is null: <see cref="HandlersGrew"/> and the counters tell it alone.</value>
    public ILogger? Logger { get; set; }

    /// <summary>Called with each warning, outside the lock, on the thread that subscribed.</summary>
    /// <value>The default is null. What it throws is contained.</value>
    public Action<GuardedEventGrowth>? HandlersGrew { get; set; }
}

/// <summary>The handlers of an event have grown past a step.</summary>
/// <param name="EventName">The event.</param>
/// <param name="HandlerCount">Handlers now.</param>
/// <param name="TopSubscriber">The type that most of them belong to.</param>
/// <param name="TopShareRatio">Its share, 0–1.</param>
public sealed record GuardedEventGrowth(string EventName, int HandlerCount, string TopSubscriber, double TopShareRatio);
