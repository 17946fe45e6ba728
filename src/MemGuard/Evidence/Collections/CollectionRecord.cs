namespace MemGuard.Evidence;

/// <summary>What the runtime tells of one collection. Sizes are bytes.</summary>
internal readonly record struct CollectionRecord
{
    /// <summary>Its number; 0 where there was none.</summary>
    public long Index { get; init; }

    public int Generation { get; init; }

    public bool IsConcurrent { get; init; }

    public bool IsCompacting { get; init; }

    public TimeSpan Pause { get; init; }

    public long HeapBeforeBytes { get; init; }

    public long HeapAfterBytes { get; init; }

    public long FragmentedBeforeBytes { get; init; }

    public long FragmentedAfterBytes { get; init; }

    public long LiveBytes { get; init; }

    public long PromotedBytes { get; init; }

    public long PinnedCount { get; init; }

    /// <summary>Whether it is told in full: the record of a background collection has a number before it has sizes.</summary>
    public bool IsWhole => Index > 0 && HeapAfterBytes > 0;

    public static CollectionRecord From(GCMemoryInfo info)
    {
        TimeSpan pause = TimeSpan.Zero;
        foreach (TimeSpan part in info.PauseDurations)
        {
            pause += part;
        }

        (long before, long after, long freeBefore, long freeAfter) = (0, 0, 0, 0);
        foreach (ref readonly GCGenerationInfo generation in info.GenerationInfo)
        {
            before += generation.SizeBeforeBytes;
            after += generation.SizeAfterBytes;
            freeBefore += generation.FragmentationBeforeBytes;
            freeAfter += generation.FragmentationAfterBytes;
        }

        return new CollectionRecord
        {
            Index = info.Index,
            Generation = info.Generation,
            IsConcurrent = info.Concurrent,
            IsCompacting = info.Compacted,
            Pause = pause,
            HeapBeforeBytes = before,
            HeapAfterBytes = after,
            FragmentedBeforeBytes = freeBefore,
            FragmentedAfterBytes = freeAfter,
            LiveBytes = info.HeapSizeBytes - info.FragmentedBytes,
            PromotedBytes = info.PromotedBytes,
            PinnedCount = info.PinnedObjectsCount,
        };
    }
}
