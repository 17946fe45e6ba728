using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Support;

/// <summary>Advances as the clock of a machine that was suspended: however many periods a timer missed, it fires once, late.</summary>
internal sealed class SuspendedTimeProvider : FakeTimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        long last = long.MinValue;
        return base.CreateTimer(FireOnce, state, dueTime, period);

        void FireOnce(object? own)
        {
            long now = GetTimestamp();
            if (Interlocked.Exchange(ref last, now) != now)
            {
                callback(own);
            }
        }
    }
}
