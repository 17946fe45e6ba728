using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;
using Reason = Microsoft.Extensions.Caching.Memory.EvictionReason;

namespace MemGuard.Caching;

/// <summary>
/// An <see cref="IMemoryCache"/> with a hard bound: at no instant are there more entries, or more size, than allowed; the newcomer stays and something else
/// leaves; expired entries go by themselves.
/// </summary>
/// <remarks>
/// Thread-safe. What behaves otherwise than in <c>MemoryCache</c> is listed in docs/memory-cache.md. Post-eviction callbacks run on the thread pool. The cache
/// lists itself in <see cref="BoundedStructures"/>, weakly.
/// </remarks>
public sealed partial class BoundedMemoryCache : IMemoryCache
{
    /// <summary>Locks for the writes of a key, which may go from one part of the cache to the other. A power of two.</summary>
    private const int WriteLocks = 64;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromMilliseconds(1);

    private readonly BoundedMemoryCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly BoundedCache<object, MemoryCacheEntry> _entries;

    /// <summary>Entries that are never evicted: its bounds are never reached, because room is taken first. Null where no share is set aside.</summary>
    private readonly BoundedCache<object, MemoryCacheEntry>? _pinned;

    private readonly PinnedRoom _pinnedRoom;
    private readonly AccessClock _clock = new();
    private readonly Lock[] _writing = new Lock[WriteLocks];

    /// <summary>What this thread removes at the moment is replaced by an entry in the other part.</summary>
    [ThreadStatic]
    private static bool _isReplacing;

    private volatile bool _isDisposed;
    private long _totalCallbackErrors;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">Its bounds; later changes to the object have no effect. Null for the defaults.</param>
    /// <param name="timeProvider">The clock of expiration; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public BoundedMemoryCache(BoundedMemoryCacheOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = (options ?? new BoundedMemoryCacheOptions()).Clone();
        if (_options.GetErrors().FirstOrDefault() is string error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _timeProvider = timeProvider ?? TimeProvider.System;
        _lookedAt = _timeProvider.GetTimestamp();
        for (int i = 0; i < WriteLocks; i++)
        {
            _writing[i] = new Lock();
        }

        int pinnedCapacity = (int)(_options.Capacity * _options.NeverRemoveShare);
        long pinnedSize = (long)((_options.SizeLimit ?? 0) * _options.NeverRemoveShare);
        bool hasShare = pinnedCapacity > 0 && (_options.SizeLimit is null || pinnedSize > 0);
        _pinnedRoom = hasShare ? new PinnedRoom(pinnedCapacity, _options.SizeLimit is null ? long.MaxValue : pinnedSize) : new PinnedRoom(0, 0);
        _entries = Create(_options.Name, _options.Capacity - (hasShare ? pinnedCapacity : 0), _options.SizeLimit - (hasShare ? pinnedSize : 0), _options.ShrinkUnderPressure);
        _pinned = hasShare ? Create($"{_options.Name} (never removed)", pinnedCapacity, _options.SizeLimit is null ? null : pinnedSize, shrinks: false) : null;
    }

    /// <summary>Entries now, expired ones that are not yet gone included. Never above <see cref="BoundedMemoryCacheOptions.Capacity"/>.</summary>
    public int Count => _entries.Count + (_pinned?.Count ?? 0);

    /// <summary>The keys of entries that are not expired, in no order. Others may write meanwhile.</summary>
    public IEnumerable<object> Keys => _pinned is null ? _entries.Keys : _entries.Keys.Concat(_pinned.Keys);

    /// <inheritdoc/>
    public ICacheEntry CreateEntry(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new MemoryCacheEntry(this, key);
    }

    /// <inheritdoc/>
    public bool TryGetValue(object key, out object? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        LookAtSilentTokens();
        if ((_entries.TryGetValue(key, out MemoryCacheEntry? entry) || TryGetPinned(key, out entry)) && !IsEndedByToken(entry!))
        {
            entry!.Touch(_clock.Now);
            value = entry.Value;
            return true;
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public void Remove(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        lock (LockOf(key))
        {
            _entries.TryRemove(key);
            _pinned?.TryRemove(key);
        }
    }

    /// <summary>Removes all entries; their callbacks hear <see cref="Reason.Removed"/>.</summary>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _entries.Clear();
        _pinned?.Clear();
    }

    /// <summary>Empties the cache. Its callbacks are not called any more; every other member throws from now on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _entries.Dispose();
        _pinned?.Dispose();
    }

    internal void Commit(MemoryCacheEntry entry)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_options.SizeLimit is not null && entry.Size is null)
        {
            throw new InvalidOperationException($"Memory cache '{_options.Name}' has a SizeLimit: every entry must have a Size.");
        }

        LookAtSilentTokens();
        entry.Freeze(_timeProvider);
        entry.Touch(_clock.Advance());
        bool isStored;
        lock (LockOf(entry.Key))
        {
            isStored = TryStore(entry);
        }

        // Only now: one that has changed by now, or changes at this moment, finds the entry to remove.
        if (isStored && entry.HasTokens)
        {
            entry.ListenToTokens();
            _ = IsEndedByToken(entry);
        }
    }

    internal void RemoveExact(MemoryCacheEntry entry)
    {
        if (!_entries.TryRemove(entry.Key, entry))
        {
            _pinned?.TryRemove(entry.Key, entry);
        }
    }

    private BoundedCache<object, MemoryCacheEntry> Create(string name, int capacity, long? sizeLimit, bool shrinks) => new(
        new BoundedCacheOptions<object, MemoryCacheEntry>
        {
            Name = name,
            Capacity = capacity,
            MaxWeight = sizeLimit,
            Weigher = sizeLimit is null ? null : static (_, entry) => entry.Size ?? 0,
            TimeToLive = TimeSpan.MaxValue,
            ItemTimeToLive = static (_, entry) => entry.TimeToLive,
            ItemSlidingExpiration = static (_, entry) => entry.SlidingExpiration is TimeSpan sliding ? Max(sliding, ShortestLife) : TimeSpan.MaxValue,
            TrackStatistics = _options.TrackStatistics,
            ShrinkUnderPressure = shrinks,
            EntryRemoved = OnRemoved,
        },
        _timeProvider);

    /// <returns>False where it is over before it began.</returns>
    private bool TryStore(MemoryCacheEntry entry)
    {
        bool hasExpired = entry.TimeToLive < ShortestLife;
        if (hasExpired || entry.HasChangedToken())
        {
            // It is not stored, and what the key had is out of date.
            entry.SetReason(hasExpired ? Reason.Expired : Reason.TokenExpired);
            Displace(_entries, entry.Key);
            Displace(_pinned, entry.Key);
            TellLater(entry, Reason.Expired);
            return false;
        }

        entry.FindSilentTokens();
        entry.IsPinned = entry.Priority == CacheItemPriority.NeverRemove && _pinnedRoom.TryTake(entry.Size ?? 0);
        if (entry.IsPinned)
        {
            _pinned!.Set(entry.Key, entry);
            Displace(_entries, entry.Key);
        }
        else
        {
            _entries.Set(entry.Key, entry);
            Displace(_pinned, entry.Key);
        }

        CountSilentTokens(entry);
        return true;
    }

    private static void Displace(BoundedCache<object, MemoryCacheEntry>? part, object key)
    {
        if (part is not { Count: > 0 })
        {
            return;
        }

        _isReplacing = true;
        try
        {
            part.TryRemove(key);
        }
        finally
        {
            _isReplacing = false;
        }
    }

    private bool TryGetPinned(object key, out MemoryCacheEntry? entry)
    {
        entry = null;
        return _pinned is not null && _pinned.TryGetValue(key, out entry);
    }

    // A token that does not call back is asked at each read, and now and again.
    private bool IsEndedByToken(MemoryCacheEntry entry)
    {
        if (!entry.HasTokens || !entry.HasChangedToken())
        {
            return false;
        }

        entry.SetReason(Reason.TokenExpired);
        RemoveExact(entry);
        return true;
    }

    // Outside the locks of the part it left, on the thread that caused it.
    private void OnRemoved(object key, MemoryCacheEntry entry, Bounded.EvictionReason reason)
    {
        if (entry.IsPinned)
        {
            _pinnedRoom.Return(entry.Size ?? 0);
        }

        if (entry.HasSilentTokens)
        {
            Interlocked.Decrement(ref _silentEntries);
        }

        entry.Leave();
        if (!_isDisposed)
        {
            TellLater(entry, reason switch
            {
                Bounded.EvictionReason.Capacity or Bounded.EvictionReason.Weight => Reason.Capacity,
                Bounded.EvictionReason.Expired => Reason.Expired,
                Bounded.EvictionReason.Replaced => Reason.Replaced,
                _ => _isReplacing ? Reason.Replaced : Reason.Removed,
            });
        }
    }

    private void TellLater(MemoryCacheEntry entry, Reason reason)
    {
        if (entry.HasCallbacks)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static call => Interlocked.Add(ref call.Cache._totalCallbackErrors, call.Entry.Tell(call.Reason)),
                (Cache: this, Entry: entry, Reason: entry.Reason ?? reason),
                preferLocal: false);
        }
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private Lock LockOf(object key) => _writing[key.GetHashCode() & (WriteLocks - 1)];
}
