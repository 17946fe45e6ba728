namespace MemGuard.Faults;

/// <summary>
/// The circuit breakers of the parts that the rest can do without: one that fails five times in a row is switched off for a minute, then tried once; each
/// try that fails doubles the time, up to an hour.
/// </summary>
/// <remarks>Thread-safe. While nothing fails, a question costs the reading of one number.</remarks>
internal sealed class PartSwitches
{
    public const int FailuresInARow = 5;
    public static readonly TimeSpan ShortestOff = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestOff = TimeSpan.FromHours(1);

    // Guarded by itself. As few as there are parts: their names are constants, and types of the user's that were registered at startup.
    private readonly Dictionary<string, State> _parts = new(StringComparer.Ordinal);

    // Parts whose last run failed; written under the lock.
    private volatile int _failing;

    /// <summary>Every part that has failed: whether it is off now, and how often it was switched off. A copy.</summary>
    public IReadOnlyList<(string Part, bool IsOff, long SwitchOffs)> States
    {
        get
        {
            lock (_parts)
            {
                return [.. _parts.Select(static part => (part.Key, part.Value.Off is not null, part.Value.SwitchOffs))];
            }
        }
    }

    /// <summary>Whether a part may run. Of a part that is off, the first to ask after its time gets the one try.</summary>
    /// <param name="part">Its name.</param>
    /// <param name="state">Handed to <paramref name="readTime"/>.</param>
    /// <param name="readTime">Tells the time; not asked while nothing fails.</param>
    public bool MayRun<TState>(string part, TState state, Func<TState, TimeSpan?> readTime)
    {
        if (_failing == 0)
        {
            return true;
        }

        lock (_parts)
        {
            if (!_parts.TryGetValue(part, out State? asked) || asked.Off is not { } off)
            {
                return true;
            }

            // Without a clock it stays as it is.
            if (readTime(state) is not { } now || now < asked.TryAt)
            {
                return false;
            }

            // Nobody else tries before the outcome of this one is known, or it has hung for as long.
            asked.TryAt = now + off;
            return true;
        }
    }

    /// <summary>A part has worked.</summary>
    /// <returns>Whether it was switched off until now.</returns>
    public bool NoteSuccess(string part)
    {
        if (_failing == 0)
        {
            return false;
        }

        lock (_parts)
        {
            if (!_parts.TryGetValue(part, out State? state) || state.InARow == 0)
            {
                return false;
            }

            bool wasOff = state.Off is not null;
            state.InARow = 0;
            state.Off = null;
            _failing--;
            return wasOff;
        }
    }

    /// <summary>A part has failed.</summary>
    /// <param name="part">Its name.</param>
    /// <param name="now">The time; null where the clock fails, which switches nothing off.</param>
    /// <returns>How long it is off, where it was on until now; null otherwise.</returns>
    public TimeSpan? NoteFailure(string part, TimeSpan? now)
    {
        lock (_parts)
        {
            if (!_parts.TryGetValue(part, out State? state))
            {
                _parts[part] = state = new State();
            }

            _failing += state.InARow++ == 0 ? 1 : 0;
            if (state.InARow < FailuresInARow || now is not { } time)
            {
                return null;
            }

            bool wasOn = state.Off is null;
            TimeSpan off = state.Off is { } last ? (last * 2 < LongestOff ? last * 2 : LongestOff) : ShortestOff;
            state.Off = off;
            state.TryAt = time + off;
            state.SwitchOffs += wasOn ? 1 : 0;
            return wasOn ? off : null;
        }
    }

    private sealed class State
    {
        public int InARow { get; set; }

        /// <summary>How long it is off this time; null while it is on.</summary>
        public TimeSpan? Off { get; set; }

        public TimeSpan TryAt { get; set; }

        public long SwitchOffs { get; set; }
    }
}
