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

    private void CountSilentTokens(MemoryCacheEntry entry)
    {
        entry.FindSilentTokens();
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
        if (_timeProvider.GetElapsedTime(last) >= SilentTokenPeriod && Interlocked.CompareExchange(ref _lookedAt, _timeProvider.GetTimestamp(), last) == last)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static cache => Containment.Run(cache, static cache => cache.RemoveEndedBySilentTokens()), this, preferLocal: false);
        }
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
