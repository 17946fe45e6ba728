namespace MemGuard.AspNetCore.Backpressure;

/// <summary>The limits of an endpoint: metadata.</summary>
/// <param name="MaxUnflushedBytes">The most bytes ahead of the client.</param>
/// <param name="SlowClientTimeout">How long one flush waits for the client.</param>
internal sealed record ResponseLimits(long MaxUnflushedBytes, TimeSpan SlowClientTimeout)
{
    public const int LargestPiece = 32 * 1024;

    /// <summary>No limits.</summary>
    public static ResponseLimits None { get; } = new(long.MaxValue, Timeout.InfiniteTimeSpan);

    /// <summary>In what pieces a large write goes out.</summary>
    public int FlushThreshold => (int)Math.Min(LargestPiece, MaxUnflushedBytes);
}
