using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MemGuard.Lifetimes;

/// <summary>When a <see cref="GuardedEvent{TEventArgs}"/> says that its handlers pile up.</summary>
public sealed class GuardedEventOptions
{
    /// <summary>The number of handlers from which it warns; it warns again each time that number has doubled.</summary>
    /// <value>The default is 100. Must be positive.</value>
    public int WarnAt { get; set; } = 100;

    /// <summary>Receives the warnings, and the first exception of a handler.</summary>
    /// <value>The default is null: the logger of the host that watches with <c>AddMemGuard</c>, or that of <see cref="MemGuard.Bounded.BoundedStructures.SetLogger"/>; where there is neither, <see cref="HandlersGrew"/> and the counters tell it alone.</value>
    public ILogger? Logger { get; set; }

    /// <summary>Called with each warning, outside the lock, on the thread that subscribed.</summary>
    /// <value>The default is null. What it throws is contained.</value>
    public Action<GuardedEventGrowth>? HandlersGrew { get; set; }

    /// <summary>What is wrong with the options, as sentences that name the option and its range; empty when all is well.</summary>
    [SuppressMessage("Design", "CA1024:Use properties where appropriate", Justification = "As the other options: the sentences are made at each call.")]
    public IEnumerable<string> GetErrors()
    {
        if (WarnAt <= 0)
        {
            yield return $"{nameof(WarnAt)} must be positive, but is {WarnAt}.";
        }
    }
}

/// <summary>The handlers of an event have grown past a step.</summary>
public sealed record GuardedEventGrowth
{
    /// <summary>The event.</summary>
    public required string EventName { get; init; }

    /// <summary>Handlers now.</summary>
    public required int HandlerCount { get; init; }

    /// <summary>The type that most of them belong to.</summary>
    public required string TopSubscriber { get; init; }

    /// <summary>Its share, 0–1.</summary>
    public required double TopShareRatio { get; init; }
}
