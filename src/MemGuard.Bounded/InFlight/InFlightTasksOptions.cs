using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>What <see cref="InFlightTasks"/> does with a new task when as many as allowed are under way.</summary>
public enum InFlightFullMode
{
    /// <summary>The caller waits until one ends.</summary>
    Wait,

    /// <summary>The new one is not started.</summary>
    Reject,
}

/// <summary>How many tasks may be under way, and when one counts as stuck.</summary>
public sealed class InFlightTasksOptions
{
    /// <summary>The name in metrics and logs.</summary>
    /// <value>The default is <c>in_flight_tasks</c>. Must not be empty.</value>
    public string Name { get; set; } = "in_flight_tasks";

    /// <summary>The most tasks under way at once.</summary>
    /// <value>Required. Must be positive.</value>
    public int Capacity { get; set; }

    /// <summary>What happens to a new task at the bound.</summary>
    /// <value>The default is <see cref="InFlightFullMode.Wait"/>.</value>
    public InFlightFullMode FullMode { get; set; }

    /// <summary>The age from which a task is reported as stuck, with the code that started it.</summary>
    /// <value>The default is 1 minute. At least 1 second, or <see cref="Timeout.InfiniteTimeSpan"/> for never.</value>
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long disposal waits for what is under way before it cancels it.</summary>
    /// <value>The default is 10 seconds. Zero or more.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Receives warnings about failed and stuck tasks, a few a minute at most.</summary>
    /// <value>The default is null: the logger of the host that watches with <c>AddMemGuard</c>, or that of <see cref="BoundedStructures.SetLogger"/>; where there is neither, they are only counted.</value>
    public ILogger? Logger { get; set; }

    /// <summary>What is wrong with the options, as sentences that name the option and its range; empty when all is well.</summary>
    public IEnumerable<string> GetErrors() => OptionErrors.Of(Validate);

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException($"{nameof(Name)} must not be empty.", nameof(Name));
        }

        if (Capacity <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, $"{nameof(Capacity)} of in-flight tasks '{Name}' must be positive.");
        }

        if (StuckAfter < TimeSpan.FromSeconds(1) && StuckAfter != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(StuckAfter), StuckAfter, $"{nameof(StuckAfter)} of in-flight tasks '{Name}' must be at least 1 second, or infinite.");
        }

        if (DrainTimeout < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(DrainTimeout), DrainTimeout, $"{nameof(DrainTimeout)} of in-flight tasks '{Name}' must not be negative.");
        }
    }
}
