namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The stretches of memory that hold objects, from the garbage collector's lists.</summary>
internal static class HeapRegions
{
    // Offsets in a segment or region (gcpriv.h).
    private const int Allocated = 0;
    private const int FirstObject = 32;
    private const int Flags = 40;
    private const int Next = 48;
    private const ulong ReadOnlyFlag = 1;
    private const int MaxRegions = 1 << 20;
    private const int MaxHeaps = 1024;

    public static List<HeapRegion> Read(MemoryView view, GCVariables variables, bool isServer)
    {
        List<HeapRegion> regions = [];
        foreach (HeapGlobals heap in Heaps(view, variables, isServer))
        {
            for (int generation = 0; generation < variables.GenerationCount; generation++)
            {
                ulong segment = view.ReadUInt64(heap.GenerationTable + (ulong)(generation * variables.GenerationBytes) + (ulong)variables.StartSegmentOffset);
                for (; segment != 0; segment = view.ReadUInt64(segment + Next))
                {
                    if (regions.Count == MaxRegions)
                    {
                        throw new InvalidDataException("the list of heap regions does not end");
                    }

                    ulong start = view.ReadUInt64(segment + FirstObject);
                    ulong end = segment == heap.EphemeralSegment ? heap.AllocAllocated : view.ReadUInt64(segment + Allocated);
                    if (end > start)
                    {
                        regions.Add(new HeapRegion(start, end, generation, (view.ReadUInt64(segment + Flags) & ReadOnlyFlag) != 0));
                    }
                }
            }
        }

        return Sort(regions);
    }

    /// <summary>The queues of objects whose finalizer has still to run: addresses of the first word and behind the last.</summary>
    public static IEnumerable<(ulong Start, ulong End)> FinalizerQueues(MemoryView view, GCVariables variables, bool isServer)
    {
        // The queue's fill pointers: those ready for finalization lie between the fifth and the seventh.
        foreach (HeapGlobals heap in Heaps(view, variables, isServer))
        {
            if (heap.FinalizeQueue != 0)
            {
                yield return (view.ReadUInt64(heap.FinalizeQueue + (4 * 8)), view.ReadUInt64(heap.FinalizeQueue + (6 * 8)));
            }
        }
    }

    private static IEnumerable<HeapGlobals> Heaps(MemoryView view, GCVariables variables, bool isServer)
    {
        if (!isServer)
        {
            yield return new HeapGlobals(
                variables.GenerationTable,
                view.ReadUInt64(variables.EphemeralSegment),
                view.ReadUInt64(variables.AllocAllocated),
                view.ReadUInt64(variables.FinalizeQueue));
            yield break;
        }

        uint count = view.ReadUInt32(variables.HeapCount);
        if (count is 0 or > MaxHeaps)
        {
            throw new InvalidDataException("the number of heaps is not plausible");
        }

        ulong heaps = view.ReadUInt64(variables.Heaps);
        for (uint i = 0; i < count; i++)
        {
            ulong heap = view.ReadUInt64(heaps + (i * 8UL));
            yield return new HeapGlobals(
                heap + (ulong)variables.Heap.GenerationTable,
                view.ReadUInt64(heap + (ulong)variables.Heap.EphemeralSegment),
                view.ReadUInt64(heap + (ulong)variables.Heap.AllocAllocated),
                view.ReadUInt64(heap + (ulong)variables.Heap.FinalizeQueue));
        }
    }

    // Several heaps list the same read-only segments. Two that overlap otherwise were read while they changed.
    private static List<HeapRegion> Sort(List<HeapRegion> regions)
    {
        List<HeapRegion> sorted = [];
        foreach (HeapRegion region in regions.OrderBy(static region => region.Start).ThenByDescending(static region => region.End))
        {
            if (sorted.Count > 0 && region.Start < sorted[^1].End)
            {
                if (region.Start != sorted[^1].Start)
                {
                    throw new InvalidDataException("two heap regions overlap");
                }

                continue;
            }

            sorted.Add(region);
        }

        return sorted;
    }

    private readonly record struct HeapGlobals(ulong GenerationTable, ulong EphemeralSegment, ulong AllocAllocated, ulong FinalizeQueue);
}
