namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The managed threads of the frozen copy: where each is allocating, and where its stack begins.</summary>
internal static class RuntimeThreads
{
    private const int MaxThreads = 100_000;

    // The runtime keeps a thread's stack bounds in its description of the thread, somewhere in this many bytes.
    private const int SearchedBytes = 1024;
    private const ulong LargestStackBytes = 64UL << 20;

    public static List<RuntimeThread> Read(MemoryView view, RuntimeLayout layout)
    {
        ContractDescriptor contract = layout.Contract;
        ulong store = view.ReadUInt64(contract.AddressOf("ThreadStore"));
        int next = contract.OffsetOf("Thread", "LinkNext");
        int locals = contract.OffsetOf("Thread", "RuntimeThreadLocals");
        int allocation = contract.OffsetOf("RuntimeThreadLocals", "AllocContext") + contract.OffsetOf("EEAllocContext", "GCAllocationContext");
        int pointer = allocation + contract.OffsetOf("GCAllocContext", "Pointer");
        int limit = allocation + contract.OffsetOf("GCAllocContext", "Limit");
        int frame = contract.OffsetOf("Thread", "Frame");
        int mode = contract.OffsetOf("Thread", "PreemptiveGCDisabled");
        int systemId = contract.OffsetOf("Thread", "OSId");
        int statics = contract.OffsetOf("Thread", "ThreadLocalDataPtr");
        List<RuntimeThread> threads = [];
        ulong link = view.ReadUInt64(store + (ulong)contract.OffsetOf("ThreadStore", "FirstThreadLink"));
        while (link != 0)
        {
            if (threads.Count == MaxThreads)
            {
                throw new InvalidDataException("the list of threads does not end");
            }

            ulong thread = link - (ulong)next;
            ulong own = view.ReadUInt64(thread + (ulong)locals);
            threads.Add(new RuntimeThread
            {
                SystemId = (int)view.ReadUInt64(thread + (ulong)systemId),
                AllocationStart = own == 0 ? 0 : view.ReadUInt64(own + (ulong)pointer),
                AllocationEnd = own == 0 ? 0 : view.ReadUInt64(own + (ulong)limit),
                Description = thread,
                Frame = view.ReadUInt64(thread + (ulong)frame),
                IsRunningManaged = view.ReadUInt32(thread + (ulong)mode) != 0,
                ThreadStatics = view.ReadUInt64(thread + (ulong)statics),
            });
            link = view.ReadUInt64(link);
        }

        return threads;
    }

    /// <summary>Where the description of a thread has its stack's bounds: found from the own thread, whose stack is known.</summary>
    /// <param name="view">The frozen copy.</param>
    /// <param name="threads">Its threads.</param>
    /// <param name="systemId">The thread that made the copy.</param>
    /// <param name="address">An address on its stack.</param>
    /// <param name="mapping">The mapping that its stack lies in.</param>
    /// <returns>The offset of the upper bound, which the lower one follows; null when there is no such pair.</returns>
    public static int? FindStackBounds(MemoryView view, IEnumerable<RuntimeThread> threads, int systemId, ulong address, (ulong Start, ulong End) mapping)
    {
        RuntimeThread? own = threads.FirstOrDefault(thread => thread.SystemId == systemId);
        for (int offset = 0; own is not null && offset < SearchedBytes; offset += 8)
        {
            if (view.TryReadUInt64(own.Description + (ulong)offset, out ulong upper) && upper > address && upper <= mapping.End
                && view.TryReadUInt64(own.Description + (ulong)offset + 8, out ulong lower) && lower < address && lower >= mapping.Start - LargestStackBytes)
            {
                return offset;
            }
        }

        return null;
    }
}
