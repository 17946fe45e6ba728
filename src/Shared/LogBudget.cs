using System.Globalization;

namespace MemGuard;

/// <summary>Lets some lines of each event id through at once and then one a period; counts the others, so that the next line can say how many there were.</summary>
/// <remarks>Thread-safe. <see cref="TryTake"/> never throws: with a clock that fails no time has passed.</remarks>
internal sealed class LogBudget
{
    /// <summary>Lines of one event id that are written at once.</summary>
    public const int DefaultBurst = 3;

    // Event ids are constants; the bound is for the day on which somebody makes them up.
    private const int MaxEventIds = 256;

    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _timeProvider;
    private readonly int _burst;
    private readonly TimeSpan _period;

    // Guarded by itself.
    private readonly Dictionary<int, Account> _accounts = [];

    /// <param name="timeProvider">Tells how much time has passed; its wall clock is not asked.</param>
    /// <param name="burst">Lines that are written at once.</param>
    /// <param name="period">How long it takes until one more may be written; ten minutes when null.</param>
    public LogBudget(TimeProvider timeProvider, int burst = DefaultBurst, TimeSpan? period = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        _timeProvider = timeProvider;
        _burst = burst;
        _period = period ?? DefaultPeriod;
    }

    /// <summary>Takes one line.</summary>
    /// <param name="eventId">Whose budget it is.</param>
    /// <param name="heldBack">How many lines of this id were held back since the last one that was not; 0 when this one is.</param>
    /// <returns>Whether it may be written.</returns>
    public bool TryTake(int eventId, out long heldBack)
    {
        TimeSpan? elapsed = TryReadElapsed();
        lock (_accounts)
        {
            if (!_accounts.TryGetValue(eventId, out Account? account))
            {
                account = _accounts.Count < MaxEventIds ? _accounts[eventId] = new Account(_burst) : _accounts.Values.First();
            }

            return account.TryTake(elapsed ?? account.RefilledAt, _burst, _period, out heldBack);
        }
    }

    /// <summary>A line's text with the number of those that were held back before it.</summary>
    /// <param name="formatter">Makes the text.</param>
    /// <param name="heldBack">What <see cref="TryTake"/> gave.</param>
    public static Func<TState, Exception?, string> Mention<TState>(Func<TState, Exception?, string> formatter, long heldBack) =>
        heldBack == 0 ? formatter : (state, exception) => string.Create(
            CultureInfo.InvariantCulture,
            $"{formatter(state, exception)} ({heldBack} line(s) like it were held back since the last one.)");

    private TimeSpan? TryReadElapsed()
    {
        try
        {
            return _timeProvider.GetElapsedTime(0);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private sealed class Account(int left)
    {
        private int _left = left;
        private long _heldBack;
        private bool _isStarted;

        public TimeSpan RefilledAt { get; private set; }

        public bool TryTake(TimeSpan now, int burst, TimeSpan period, out long heldBack)
        {
            Refill(now, burst, period);
            if (_left == 0)
            {
                _heldBack++;
                heldBack = 0;
                return false;
            }

            _left--;
            heldBack = _heldBack;
            _heldBack = 0;
            return true;
        }

        // Whole periods only: what has passed of the next one is not lost.
        private void Refill(TimeSpan now, int burst, TimeSpan period)
        {
            if (!_isStarted || _left == burst)
            {
                _isStarted = true;
                RefilledAt = now;
                return;
            }

            long periods = (long)Math.Min((now - RefilledAt) / period, burst);
            if (periods > 0)
            {
                _left = (int)Math.Min(_left + periods, burst);
                RefilledAt = _left == burst ? now : RefilledAt + (periods * period);
            }
        }
    }
}
