namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The roots that GC handles and the queues of finalizers are.</summary>
internal sealed class HandleRoots
{
    private const int MaxSegments = 100_000;
    private const ulong MaxQueueLength = 1UL << 24;
    private const byte NoData = 0xFF;

    public List<HeapRoot> Roots { get; } = [];

    public List<DependentPair> DependentPairs { get; } = [];

    public static HandleRoots Read(MemoryView view, RuntimeLayout layout)
    {
        HandleRoots roots = new();
        foreach (ulong table in layout.Handles.FindTables(view, layout.Variables.HandleTableMap))
        {
            ulong segment = view.ReadUInt64(table + (ulong)layout.Handles.FirstSegment);
            for (int i = 0; segment != 0; i++)
            {
                if (i == MaxSegments)
                {
                    throw new InvalidDataException("a table of GC handles does not end");
                }

                roots.ReadSegment(view, segment);
                segment = view.ReadUInt64(segment + (ulong)layout.Handles.NextSegment);
            }
        }

        foreach ((ulong start, ulong end) in HeapRegions.FinalizerQueues(view, layout.Variables, RuntimeLayout.IsServer))
        {
            if (end < start || (end - start) / 8 > MaxQueueLength)
            {
                throw new InvalidDataException("a queue of finalizers has no plausible length");
            }

            for (ulong at = start; at < end; at += 8)
            {
                roots.Add(view.ReadUInt64(at), HeapRootKind.FinalizerQueue, isPinned: false);
            }
        }

        return roots;
    }

    private void ReadSegment(MemoryView view, ulong segment)
    {
        byte[] header = view.ReadBytes(segment, HandleLayout.HeaderBytes);
        for (int block = 0; block < HandleLayout.Blocks; block++)
        {
            HandleKind kind = (HandleKind)header[HandleLayout.BlockKinds + block];
            bool isRoot = kind is HandleKind.Strong or HandleKind.Pinned or HandleKind.Variable or HandleKind.RefCounted or HandleKind.AsyncPinned or HandleKind.SizedRef;
            if (!isRoot && kind != HandleKind.Dependent)
            {
                continue;
            }

            byte[] slots = view.ReadBytes(BlockAt(segment, block), HandleLayout.BlockBytes);
            byte data = header[HandleLayout.BlockUserData + block];
            if (isRoot)
            {
                for (int i = 0; i < HandleLayout.HandlesPerBlock; i++)
                {
                    Add(BitConverter.ToUInt64(slots, i * 8), HeapRootKind.Handle, kind is HandleKind.Pinned or HandleKind.AsyncPinned);
                }
            }
            else if (data < HandleLayout.Blocks && data != NoData)
            {
                AddPairs(slots, view.ReadBytes(BlockAt(segment, data), HandleLayout.BlockBytes));
            }
        }
    }

    private void AddPairs(byte[] keys, byte[] values)
    {
        for (int i = 0; i < keys.Length; i += 8)
        {
            ulong key = BitConverter.ToUInt64(keys, i);
            ulong value = BitConverter.ToUInt64(values, i);
            if (key != 0 && value != 0)
            {
                DependentPairs.Add(new DependentPair(key, value));
            }
        }
    }

    private void Add(ulong address, HeapRootKind kind, bool isPinned)
    {
        if (address != 0)
        {
            Roots.Add(new HeapRoot(address, kind, isPinned));
        }
    }

    private static ulong BlockAt(ulong segment, int block) => segment + HandleLayout.HeaderBytes + ((ulong)block * HandleLayout.BlockBytes);
}
