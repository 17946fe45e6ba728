namespace MemGuard.Bounded;

/// <summary>
/// The creations in whose factories the running asynchronous code is: one that waits for a creation which it is itself part of would wait for ever.
/// </summary>
internal sealed class FlightScope
{
    private static readonly AsyncLocal<FlightScope?> Current = new();

    private readonly object _flight;
    private readonly FlightScope? _outer;

    private FlightScope(object flight, FlightScope? outer)
    {
        _flight = flight;
        _outer = outer;
    }

    /// <summary>Notes that what the calling asynchronous method runs from here on belongs to a creation. The note ends with that method.</summary>
    public static void Enter(object flight) => Current.Value = new FlightScope(flight, Current.Value);

    /// <summary>Whether the running code belongs to the creation.</summary>
    public static bool IsInside(object flight)
    {
        for (FlightScope? scope = Current.Value; scope is not null; scope = scope._outer)
        {
            if (ReferenceEquals(scope._flight, flight))
            {
                return true;
            }
        }

        return false;
    }
}
