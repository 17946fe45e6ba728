using MemGuard.Bounded;

namespace MemGuard.Caching;

/// <content>
/// Tokens that do not call back are asked at each read of their entry. Nobody may read it again: so all of them are asked once a minute, when the cache is
/// read or written.
/// </content>
public sealed partial class BoundedMemoryCache
{
    private static readonly TimeSpan SilentTokenPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Entries with such a token. Interlocked.</summary>
    private int _silentEntries;

    /// <summary>When all were asked last. Interlocked.</summary>
    private long _lookedAt;

    /// <summary>1 while they are asked: a token that blocks holds up one thread, not one a minute. Interlocked.</summary>
    private int _isLooking;

    /// <summary>Once the entry is stored: who removes it at this moment takes off first what is added here.</summary>
    private void CountSilentTokens(MemoryCacheEntry entry)
    {
        if (entry.HasSilentTokens)
        {
            Interlocked.Increment(ref _silentEntries);
        }
    }

    private void LookAtSilentTokens()
    {
        if (Volatile.Read(ref _silentEntries) > 0)
        {
            LookAtSilentTokensWhenDue();
        }
    }

    private void LookAtSilentTokensWhenDue()
    {
        long last = Volatile.Read(ref _lookedAt);
        if (_timeProvider.GetElapsedTime(last) >= SilentTokenPeriod && Interlocked.CompareExchange(ref _lookedAt, _timeProvider.GetTimestamp(), last) == last
            && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static cache => cache.Look(), this, preferLocal: false);
        }
    }

    private void Look()
    {
        Containment.Run(this, static cache => cache.RemoveEndedBySilentTokens());
        Volatile.Write(ref _isLooking, 0);
    }

    private void RemoveEndedBySilentTokens()
    {
        RemoveEndedBySilentTokens(_entries);
        if (_pinned is not null)
        {
            RemoveEndedBySilentTokens(_pinned);
        }
    }

    private void RemoveEndedBySilentTokens(BoundedCache<object, MemoryCacheEntry> part)
    {
        foreach ((_, MemoryCacheEntry entry) in part)
        {
            // A token that cannot be asked costs its own entry nothing, and the others neither.
            if (entry.HasSilentTokens && !Containment.TryRun((Cache: this, entry), static step => step.Cache.IsEndedByToken(step.entry), out _))
            {
                Interlocked.Increment(ref _totalCallbackErrors);
            }
        }
    }
}
