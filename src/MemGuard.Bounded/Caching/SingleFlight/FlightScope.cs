namespace MemGuard.Bounded;

/// <summary>
/// The creations in whose factories the running asynchronous code is: one that waits for a creation which it is itself part of would wait for ever.
/// </summary>
/// <remarks>
/// It travels with the execution context, which a factory may leave to something long-lived, a timer for example: so it knows no creation and no
/// value, the creations know it.
/// </remarks>
internal sealed class FlightScope
{
    private static readonly AsyncLocal<FlightScope?> Current = new();

    private readonly FlightScope? _outer;

    private FlightScope(FlightScope? outer) => _outer = outer;

    /// <summary>Notes that what the calling asynchronous method runs from here on belongs to a creation. The note ends with that method.</summary>
    public static FlightScope Enter() => Current.Value = new FlightScope(Current.Value);

    /// <summary>Whether the running code belongs to the creation that entered the scope.</summary>
    public static bool IsInside(FlightScope? entered)
    {
        for (FlightScope? scope = entered is null ? null : Current.Value; scope is not null; scope = scope._outer)
        {
            if (ReferenceEquals(scope, entered))
            {
                return true;
            }
        }

        return false;
    }
}
