namespace MemGuard.AspNetCore;

/// <summary>How requests are measured by route.</summary>
public sealed class RouteMeterOptions
{
    /// <summary>One request in this many is measured.</summary>
    /// <value>The default is 10. From 1 to 1,000,000. A measured request costs some 100 ns at each await that really waits; the others cost a few ns.</value>
    public int OneIn { get; set; } = 10;

    internal void Validate()
    {
        if (OneIn is < 1 or > 1_000_000)
        {
            throw new ArgumentOutOfRangeException(nameof(OneIn), OneIn, $"{nameof(OneIn)} must be from 1 to 1,000,000.");
        }
    }
}
