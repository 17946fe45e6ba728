namespace MemGuard.Sampling;

/// <summary>Time since process start that never goes backwards, whatever the provider's clock does.</summary>
internal sealed class SampleClock
{
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _ageAtStart;
    private readonly long _start;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="ageAtStart">The process's age now.</param>
    public SampleClock(TimeProvider timeProvider, TimeSpan ageAtStart)
    {
        _timeProvider = timeProvider;
        _ageAtStart = ageAtStart;
        _start = timeProvider.GetTimestamp();
        Latest = ageAtStart;
    }

    /// <summary>The time that was read last.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>The wall clock, for people.</summary>
    public DateTimeOffset UtcNow => _timeProvider.GetUtcNow();

    /// <summary>Reads the time since process start.</summary>
    public TimeSpan ReadElapsed()
    {
        TimeSpan now = _ageAtStart + _timeProvider.GetElapsedTime(_start);
        Latest = now > Latest ? now : Latest;
        return Latest;
    }
}
