namespace MemGuard.Trends;

/// <summary>What ended a problem, and when.</summary>
/// <param name="Time">Seconds of uptime.</param>
/// <param name="Because">As a clause; null when nothing has ended.</param>
internal readonly record struct Ending(double Time, string? Because)
{
    public static Ending Later(Ending one, Ending other) => other.Because is not null && (one.Because is null || other.Time >= one.Time) ? other : one;
}
