using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;
using Reason = Microsoft.Extensions.Caching.Memory.EvictionReason;

namespace MemGuard.Caching;

/// <content>What is asked of the cache as a whole.</content>
public sealed partial class BoundedMemoryCache
{
    /// <summary>
    /// Evicts a share of the entries: those of low priority first, then normal, then high; of one priority the longest not used first. Entries of
    /// <see cref="CacheItemPriority.NeverRemove"/> stay.
    /// </summary>
    /// <param name="percentage">The share, 0–1; whole entries, rounded down.</param>
    public void Compact(double percentage)
    {
        if (!(percentage is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(percentage), percentage, "The share must be from 0 to 1.");
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int rest = (int)(Count * percentage);
        IEnumerable<MemoryCacheEntry> candidates = _entries.Select(static entry => entry.Value)
            .Where(static entry => entry.Priority != CacheItemPriority.NeverRemove)
            .OrderBy(static entry => entry.Priority)
            .ThenBy(static entry => entry.LastAccess);
        foreach (MemoryCacheEntry entry in candidates.Take(rest).ToList())
        {
            entry.SetReason(Reason.Capacity);
            RemoveExact(entry);
        }
    }

    /// <summary>Hits, misses, entries and size; null where statistics are off.</summary>
    public MemoryCacheStatistics? GetCurrentStatistics()
    {
        if (!_options.TrackStatistics)
        {
            return null;
        }

        BoundedCacheStatistics entries = _entries.GetStatistics();
        BoundedCacheStatistics? pinned = _pinned?.GetStatistics();
        // A read that found nothing among the entries has asked the pinned ones next: its end there is what counts.
        return new MemoryCacheStatistics
        {
            TotalHits = entries.TotalHits!.Value + (pinned?.TotalHits ?? 0),
            TotalMisses = entries.TotalMisses!.Value - (pinned is null ? 0 : pinned.TotalHits!.Value),
            CurrentEntryCount = entries.CurrentEntryCount + (pinned?.CurrentEntryCount ?? 0),
            CurrentEstimatedSize = _options.SizeLimit is null ? null : entries.CurrentWeight + (pinned?.CurrentWeight ?? 0),
        };
    }

    /// <summary>Exceptions of post-eviction callbacks, and of change tokens that were asked in the background; contained.</summary>
    public long TotalCallbackErrors => Interlocked.Read(ref _totalCallbackErrors);
}
