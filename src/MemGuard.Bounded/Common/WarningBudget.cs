namespace MemGuard.Bounded;

/// <summary>Lets a few warnings a minute through. Guarded by the lock of its owner.</summary>
/// <param name="perMinute">How many.</param>
internal sealed class WarningBudget(int perMinute)
{
    private const long WindowMilliseconds = 60_000;

    private long _windowStart;
    private int _taken;

    /// <summary>True when one more may be written.</summary>
    public bool TryTake(long nowMilliseconds)
    {
        if (nowMilliseconds - _windowStart >= WindowMilliseconds)
        {
            _windowStart = nowMilliseconds;
            _taken = 0;
        }

        return ++_taken <= perMinute;
    }
}
