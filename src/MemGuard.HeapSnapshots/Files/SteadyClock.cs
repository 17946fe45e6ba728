namespace MemGuard.HeapSnapshots.Files;

/// <summary>The wall clock of when this process began to look, moved on by the time that has really passed: a clock that is set forward makes nothing older.</summary>
internal sealed class SteadyClock(TimeProvider timeProvider)
{
    private readonly DateTimeOffset _start = timeProvider.GetUtcNow();
    private readonly long _startTimestamp = timeProvider.GetTimestamp();

    public DateTimeOffset Now => _start + timeProvider.GetElapsedTime(_startTimestamp);
}
