namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What the runtime knows about the heap without walking it.</summary>
/// <param name="SmallBytes">Live bytes of small objects, after the last collection. Large and pinned objects weigh much and are few.</param>
/// <param name="FullPause">How long the last blocking full collection stopped the process; null before the first.</param>
/// <param name="FullPauseSmallBytes">Live bytes of small objects that it found.</param>
internal readonly record struct HeapFigures(long SmallBytes, TimeSpan? FullPause = null, long FullPauseSmallBytes = 0)
{
    /// <summary>Generations 0 to 2; the large and the pinned objects have generations of their own above.</summary>
    private const int SmallGenerations = 3;

    public static HeapFigures Read()
    {
        GCMemoryInfo full = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        bool isKnown = full.Index > 0 && full.PauseDurations.Length > 0;
        return new HeapFigures(CountSmall(GC.GetGCMemoryInfo(GCKind.Any)), isKnown ? full.PauseDurations[0] : null, isKnown ? CountSmall(full) : 0);
    }

    /// <returns>Bytes of all objects that the last blocking full collection left; null before the first.</returns>
    public static long? ReadLive()
    {
        GCMemoryInfo full = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return full.Index > 0 ? full.HeapSizeBytes - full.FragmentedBytes : null;
    }

    private static long CountSmall(GCMemoryInfo info)
    {
        if (info.Index == 0)
        {
            // Nothing was collected yet: all of it may be alive.
            return GC.GetTotalMemory(forceFullCollection: false);
        }

        long bytes = 0;
        foreach (GCGenerationInfo generation in info.GenerationInfo[..SmallGenerations])
        {
            bytes += generation.SizeAfterBytes - generation.FragmentationAfterBytes;
        }

        return Math.Max(bytes, 0);
    }
}
