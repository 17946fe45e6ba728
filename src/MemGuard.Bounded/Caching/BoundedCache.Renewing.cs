using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Bounded;

/// <content>Values that are made anew before they expire, while readers get the present ones.</content>
public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>A renewal that failed is tried again after this part of the age of a renewal.</summary>
    private const int PartsOfRetry = 10;

    private bool Refreshes => _refreshMilliseconds != long.MaxValue;

    /// <summary>For a reader with or without the lock: without it the slot may have another entry by now, so whoever acts on it asks again under the lock.</summary>
    private bool IsDueForRenewal(CacheTable<TKey, TValue> table, int index, long now) =>
        Refreshes && now - Volatile.Read(ref table.Extras[index].LastAccess) >= _refreshMilliseconds;

    /// <summary>A read for a caller with a factory, who may have the value renewed by it.</summary>
    private bool TryGetOrRenew<TFactory, TResult>(TKey key, TFactory factory, [MaybeNullWhen(false)] out TValue value)
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        ArgumentNullException.ThrowIfNull(key);
        uint hash = GetHash(key);
        bool isFound = TryGetAged(key, hash, out value, out bool isDue);
        if (isFound && isDue)
        {
            Renew<TFactory, TResult>(key, hash, factory);
        }

        return isFound;
    }

    private bool TryGetAged(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value, out bool isDue)
    {
        if (!_isExactOrder)
        {
            if (TryLook(key, hash, isSpecial: true, out value, out isDue))
            {
                return true;
            }

            bool isSure = !isDue;
            if (isSure)
            {
                _counters?.CountMiss();
                return false;
            }
        }

        return TryGetLockedValue(key, hash, out value, out isDue);
    }

    private void Renew<TFactory, TResult>(TKey key, uint hash, TFactory factory)
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        if (!TryTakeRefresh())
        {
            return;
        }

        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        long now = GetPreciseMilliseconds();
        CacheFlight<TValue> flight = new() { StartedMilliseconds = now, IsRenewal = true, Waiters = 1, Cancellation = new CancellationTokenSource() };
        long ticket;
        using (shard.Gate.EnterScope())
        {
            ticket = TryBeginRenewalUnsynchronized(shard, key, hash, now, flight);
        }

        if (ticket == 0)
        {
            Interlocked.Decrement(ref _currentRefreshes);
            return;
        }

        // Nothing of the caller goes along: it has its value, and is gone when the factory runs.
        ThreadPool.UnsafeQueueUserWorkItem(new Renewal<TFactory, TResult>(this, shard, ticket, key, hash, factory, flight), preferLocal: false);
    }

    private bool TryTakeRefresh()
    {
        int current = Volatile.Read(ref _currentRefreshes);
        while (current < _options.MaxConcurrentRefreshes)
        {
            int seen = Interlocked.CompareExchange(ref _currentRefreshes, current + 1, current);
            if (seen == current)
            {
                return true;
            }

            current = seen;
        }

        return false;
    }

    /// <returns>The ticket of the creation; 0 when there is nothing to renew any more, or somebody is at it.</returns>
    private long TryBeginRenewalUnsynchronized(EvictionOrder<TKey, TValue> shard, TKey key, uint hash, long now, CacheFlight<TValue> flight)
    {
        AssertLocked(shard);
        CacheTable<TKey, TValue> table = _table;
        int index = Find(table, key, hash, _comparer);
        if (index == 0 || !IsDueForRenewal(table, index, now) || shard.Flights.CanJoin(key, hash, _comparer, GetOverdueSince(now)))
        {
            return 0;
        }

        // Its age begins anew: whoever reads it meanwhile starts no other renewal.
        Volatile.Write(ref table.Extras[index].LastAccess, now);
        return shard.Flights.Add(key, hash, threadId: 0, now, flight);
    }

    private void PostponeRenewalUnsynchronized(TKey key, uint hash, long now)
    {
        CacheTable<TKey, TValue> table = _table;
        int index = Find(table, key, hash, _comparer);
        if (index != 0)
        {
            Volatile.Write(ref table.Extras[index].LastAccess, now - _refreshMilliseconds + Math.Max(1, _refreshMilliseconds / PartsOfRetry));
        }
    }

    private void EndRenewal(bool hasFailed)
    {
        Interlocked.Increment(ref hasFailed ? ref _totalRefreshFailures : ref _totalRefreshes);
        Interlocked.Decrement(ref _currentRefreshes);
    }

    /// <summary>A renewal on its way to a thread.</summary>
    private sealed class Renewal<TFactory, TResult>(
        BoundedCache<TKey, TValue> cache, EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, TFactory factory, CacheFlight<TValue> flight)
        : IThreadPoolWorkItem
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        public void Execute() => _ = cache.RunFactoryAsync<TFactory, TResult>(shard, ticket, key, hash, factory, flight);
    }

    /// <summary>A synchronous factory for a renewal, which runs on a thread of the pool.</summary>
    private readonly struct PooledFactory<TFactory>(TFactory factory) : IAsyncValueFactory<(TValue Value, long TimeToLive)>
        where TFactory : struct, IValueFactory
    {
        public ValueTask<(TValue Value, long TimeToLive)> CreateAsync(BoundedCache<TKey, TValue> cache, TKey key, CancellationToken cancellationToken) =>
            new((factory.Create(cache, key, out long timeToLive), timeToLive));

        public TValue Open(BoundedCache<TKey, TValue> cache, (TValue Value, long TimeToLive) result, out long timeToLive)
        {
            timeToLive = result.TimeToLive;
            return result.Value;
        }
    }
}
