namespace MemGuard.Sampling;

/// <summary>Selects the record that tells what the most recent full collection left alive.</summary>
/// <remarks>
/// The runtime can give its background record a new index while the sizes are still zero or an older collection's; in every such
/// case that was observed, the blocking record had the same index and the real sizes, or the sizes repeated an older record.
/// </remarks>
internal static class FullCollection
{
    /// <summary>How many earlier background records a new one is compared with.</summary>
    public const int RememberedBackgroundRecords = 4;

    /// <summary>Applies the cross-check.</summary>
    /// <param name="blocking">The record of <see cref="GCKind.FullBlocking"/>.</param>
    /// <param name="background">The record of <see cref="GCKind.Background"/>.</param>
    /// <param name="any">The record of <see cref="GCKind.Any"/>.</param>
    /// <param name="earlierBackground">The last background records with other indices.</param>
    /// <param name="full">The selected record.</param>
    /// <returns>False when no full collection has ended yet, or none whose sizes can be trusted.</returns>
    public static bool TrySelect(
        in GCRecord blocking,
        in GCRecord background,
        in GCRecord any,
        ReadOnlySpan<GCRecord> earlierBackground,
        out GCRecord full)
    {
        if (blocking.Index >= background.Index)
        {
            full = blocking;
            return blocking.Index > 0;
        }

        if (IsTrustworthy(background, any, earlierBackground))
        {
            full = WithLowerBound(background, any);
            return true;
        }

        full = any;
        return any.Index == background.Index && any.Generation == 2 && any.HeapSizeBytes > 0;
    }

    // A background record can count objects twice that were promoted meanwhile, and it counts the young garbage of that moment. What a later
    // collection found is an upper bound of what is live too: the lower of the two is nearer the truth.
    private static GCRecord WithLowerBound(in GCRecord background, in GCRecord any) =>
        any.Index > background.Index && any.HeapSizeBytes > 0 && any.LiveBytes < background.LiveBytes
            ? background with { HeapSizeBytes = any.HeapSizeBytes, FragmentedBytes = any.FragmentedBytes }
            : background;

    private static bool IsTrustworthy(in GCRecord background, in GCRecord any, ReadOnlySpan<GCRecord> earlier)
    {
        if (!background.IsConcurrent || background.HeapSizeBytes <= 0)
        {
            return false;
        }

        foreach (ref readonly GCRecord old in earlier)
        {
            if (background.HasSameSizesAs(old) && background.FirstPause == old.FirstPause && background.SecondPause == old.SecondPause)
            {
                return false;
            }
        }

        return any.Index != background.Index || any.HasSameSizesAs(background);
    }
}
