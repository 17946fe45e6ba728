using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace MemGuard.Caching;

/// <summary>
/// An entry of the cache, and before that what its creator describes it with. Its settings are copied when it is committed: what is changed afterwards has no
/// effect.
/// </summary>
/// <remarks>Equal only to itself, which is how the cache removes this one and no later one of the key.</remarks>
internal sealed class MemoryCacheEntry(BoundedMemoryCache cache, object key) : ICacheEntry
{
    private const int None = 0;

    private const long NoSize = -1;

    // Numbers in the place of nullable ones, zero and less for none: there is an entry for each value.
    private TimeSpan _absoluteExpirationRelativeToNow;
    private TimeSpan _slidingExpiration;
    private long _size = NoSize;
    private bool _isCommitted;

    private List<IChangeToken>? _tokens;
    private List<PostEvictionCallbackRegistration>? _callbacks;

    /// <summary>Null where it has no tokens; there from its commit on.</summary>
    private TokenRegistrations? _registrations;

    /// <summary>Why it leaves, as whoever removes it knows better than the cache beneath; the first to know counts. Interlocked.</summary>
    private int _reason;

    /// <summary>1 once its callbacks have been called. Interlocked.</summary>
    private int _isTold;

    /// <summary>The last read or write by the cache's <see cref="AccessClock"/>: which of one priority leaves first at a compaction. Any reader may write it.</summary>
    private long _lastAccess;

    public object Key => key;

    public object? Value
    {
        get;
        set
        {
            field = value;
            IsValueSet = true;
        }
    }

    public bool IsValueSet { get; private set; }

    public DateTimeOffset? AbsoluteExpiration { get; set; }

    public TimeSpan? AbsoluteExpirationRelativeToNow
    {
        get => OrNull(_absoluteExpirationRelativeToNow);
        set => _absoluteExpirationRelativeToNow = RequirePositive(value, nameof(AbsoluteExpirationRelativeToNow));
    }

    public TimeSpan? SlidingExpiration
    {
        get => OrNull(_slidingExpiration);
        set => _slidingExpiration = RequirePositive(value, nameof(SlidingExpiration));
    }

    public IList<IChangeToken> ExpirationTokens => _tokens ??= [];

    public IList<PostEvictionCallbackRegistration> PostEvictionCallbacks => _callbacks ??= [];

    public CacheItemPriority Priority { get; set; } = CacheItemPriority.Normal;

    public long? Size
    {
        get => _size == NoSize ? null : _size;
        set => _size = value is >= 0 or null ? value ?? NoSize : throw new ArgumentOutOfRangeException(nameof(value), value, "Size must not be negative.");
    }

    /// <summary>Time from its commit at which it is gone; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan TimeToLive { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Whether it holds room of the share that is not evicted.</summary>
    public bool IsPinned { get; set; }

    /// <summary>Null as long as only the cache beneath knows.</summary>
    public EvictionReason? Reason => Volatile.Read(ref _reason) is int reason and not None ? (EvictionReason)reason : null;

    /// <summary>Whether anybody wants to hear that it has left.</summary>
    public bool HasCallbacks => _callbacks is { Count: > 0 };

    public bool HasTokens => _tokens is { Count: > 0 };

    /// <summary>Whether a token of it does not call back; as of its commit.</summary>
    public bool HasSilentTokens { get; private set; }

    public long LastAccess => Volatile.Read(ref _lastAccess);

    /// <summary>Commits the entry if it was given a value.</summary>
    public void Dispose()
    {
        if (!_isCommitted)
        {
            _isCommitted = true;
            if (IsValueSet)
            {
                cache.Commit(this);
            }
        }
    }

    public void Freeze(TimeProvider timeProvider)
    {
        TimeToLive = _absoluteExpirationRelativeToNow > TimeSpan.Zero ? _absoluteExpirationRelativeToNow : TimeSpan.MaxValue;
        if (AbsoluteExpiration is DateTimeOffset absolute)
        {
            TimeSpan rest = absolute - timeProvider.GetUtcNow();
            TimeToLive = rest < TimeToLive ? rest : TimeToLive;
        }

        _registrations = HasTokens ? new TokenRegistrations() : null;
    }

    public void Touch(long now)
    {
        // Once per step of the clock, not once per read: the line stays shared.
        if (_lastAccess != now)
        {
            Volatile.Write(ref _lastAccess, now);
        }
    }

    public void SetReason(EvictionReason reason) => Interlocked.CompareExchange(ref _reason, (int)reason, None);

    public bool HasChangedToken()
    {
        if (_tokens is not null)
        {
            foreach (IChangeToken token in _tokens)
            {
                if (token.HasChanged)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void FindSilentTokens() => HasSilentTokens = _tokens is not null && _tokens.Exists(static token => !token.ActiveChangeCallbacks);

    /// <summary>Lets tokens that call back end the entry. A token that has changed already calls back at once.</summary>
    public void ListenToTokens()
    {
        foreach (IChangeToken token in _tokens!)
        {
            if (token.ActiveChangeCallbacks)
            {
                _registrations!.Add(token.RegisterChangeCallback(static entry => ((MemoryCacheEntry)entry!).OnTokenChanged(), this));
            }
        }
    }

    /// <summary>Gives back what leads from its tokens to it. Called once it is in the cache no more.</summary>
    public void Leave() => _registrations?.End();

    /// <summary>Calls whoever wants to hear, once. What they throw is contained and counted.</summary>
    /// <returns>How many threw.</returns>
    public int Tell(EvictionReason reason)
    {
        if (_callbacks is null || Interlocked.Exchange(ref _isTold, 1) != 0)
        {
            return 0;
        }

        int errors = 0;
        foreach (PostEvictionCallbackRegistration registration in _callbacks)
        {
            try
            {
                registration.EvictionCallback?.Invoke(key, Value, reason, registration.State);
            }
            catch (Exception)
            {
                errors++;
            }
        }

        return errors;
    }

    private void OnTokenChanged()
    {
        SetReason(EvictionReason.TokenExpired);
        cache.RemoveExact(this);
    }

    private static TimeSpan? OrNull(TimeSpan time) => time > TimeSpan.Zero ? time : null;

    private static TimeSpan RequirePositive(TimeSpan? value, string name) =>
        value is null or { Ticks: > 0 } ? value.GetValueOrDefault() : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive.");
}
