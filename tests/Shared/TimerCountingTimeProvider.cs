using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Support;

/// <summary>Knows how many of its timers will still fire: shows who leaves one behind.</summary>
internal sealed class TimerCountingTimeProvider : FakeTimeProvider
{
    private int _activeTimerCount;

    public int ActiveTimerCount => Volatile.Read(ref _activeTimerCount);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        CountedTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ITimer CreateIdleTimer(TimerCallback callback) => base.CreateTimer(callback, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private sealed class CountedTimer : ITimer
    {
        private readonly TimerCountingTimeProvider _provider;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private int _isActive;
        private bool _isPeriodic;
        private volatile bool _isDisposed;

        public CountedTimer(TimerCountingTimeProvider provider, TimerCallback callback, object? state)
        {
            _provider = provider;
            _callback = callback;
            _state = state;
            _timer = provider.CreateIdleTimer(_ => Fire());
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_isDisposed)
            {
                return false;
            }

            // Before the change: a due time of zero fires within it.
            _isPeriodic = period > TimeSpan.Zero;
            SetActive(dueTime != Timeout.InfiniteTimeSpan);
            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            _isDisposed = true;
            _timer.Dispose();
            SetActive(false);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            // Before the call, which may start it again.
            SetActive(_isPeriodic);
            _callback(_state);
        }

        private void SetActive(bool isActive) => Interlocked.Add(ref _provider._activeTimerCount, (isActive ? 1 : 0) - Interlocked.Exchange(ref _isActive, isActive ? 1 : 0));
    }
}
