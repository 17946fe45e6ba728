namespace MemGuard.Tests.Sampling;

/// <summary>A clock that can be set to anything, or fail.</summary>
internal sealed class BackwardsTimeProvider : TimeProvider
{
    public TimeSpan Now { get; set; }

    public Exception? Failure { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Failure is null ? Now.Ticks : throw Failure;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60) + Now;
}
