namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The addresses of the garbage collector's variables, which it hands to debuggers in one structure.</summary>
/// <remarks>.NET 10 does not describe them by name. The structure (GcDacVars in gcinterface.dac.h) is found through the exported table of the debugger's globals by its shape: exactly one entry may fit.</remarks>
internal sealed record GCVariables
{
    public const string TableExportName = "g_dacTable";

    private const int TableEntries = 256;
    private const byte MajorVersion = 2;
    private const ulong Generations = 5;
    private const ulong SmallestGenerationBytes = 32;
    private const ulong LargestGenerationBytes = 4096;

    // Positions in the structure; three words of versions and sizes come before them.
    private const int FirstVariable = 24;
    private const int GenerationTableVariable = 3;
    private const int EphemeralSegmentVariable = 7;
    private const int AllocAllocatedVariable = 12;
    private const int FinalizeQueueVariable = 15;
    private const int HeapCountVariable = 19;
    private const int HeapsVariable = 20;
    private const int HandleTableMapVariable = 26;
    private const int HeapOffsetsVariable = 27;
    private const int GenerationOffsetsVariable = 28;

    public required int GenerationBytes { get; init; }

    public required int GenerationCount { get; init; }

    public required int StartSegmentOffset { get; init; }

    /// <summary>Of the only heap under the workstation's garbage collector.</summary>
    public required ulong GenerationTable { get; init; }

    public required ulong EphemeralSegment { get; init; }

    public required ulong AllocAllocated { get; init; }

    public required ulong FinalizeQueue { get; init; }

    public required ulong HeapCount { get; init; }

    public required ulong Heaps { get; init; }

    public required ulong HandleTableMap { get; init; }

    /// <summary>Offsets inside a heap under the server's garbage collector; zero for none.</summary>
    public required HeapFieldOffsets Heap { get; init; }

    /// <param name="memory">The own process.</param>
    /// <param name="table">The exported table's address.</param>
    /// <param name="isServer">Whether there is a heap for each processor.</param>
    public static GCVariables Find(MemoryView memory, ulong table, bool isServer)
    {
        List<ulong> found = [];
        for (int i = 0; i < TableEntries && memory.TryReadUInt64(table + ((ulong)i * 8), out ulong entry); i++)
        {
            if (memory.TryReadUInt64(entry, out ulong candidate) && HasShape(memory, candidate) && !found.Contains(candidate))
            {
                found.Add(candidate);
            }
        }

        return found.Count == 1
            ? Read(memory, found[0], isServer)
            : throw new InvalidDataException($"{found.Count} structures look like the garbage collector's variables");
    }

    private static bool HasShape(MemoryView memory, ulong candidate) =>
        (candidate & 7) == 0
        && memory.TryReadUInt64(candidate, out ulong version)
        && (byte)version == MajorVersion
        && memory.TryReadUInt64(candidate + 8, out ulong bytes) && bytes is > SmallestGenerationBytes and < LargestGenerationBytes && bytes % 8 == 0
        && memory.TryReadUInt64(candidate + 16, out ulong count) && (count & uint.MaxValue) == Generations;

    private static GCVariables Read(MemoryView memory, ulong start, bool isServer)
    {
        ulong Variable(int position) => memory.ReadUInt64(start + FirstVariable + ((ulong)position * 8));
        int Number(ulong array, int index) => (int)memory.ReadUInt32(array + ((ulong)index * 4));

        ulong heapOffsets = Variable(HeapOffsetsVariable);
        return new GCVariables
        {
            GenerationBytes = (int)memory.ReadUInt64(start + 8),
            GenerationCount = (int)Generations,
            StartSegmentOffset = Number(Variable(GenerationOffsetsVariable), 1),
            GenerationTable = Variable(GenerationTableVariable),
            EphemeralSegment = Variable(EphemeralSegmentVariable),
            AllocAllocated = Variable(AllocAllocatedVariable),
            FinalizeQueue = Variable(FinalizeQueueVariable),
            HeapCount = Variable(HeapCountVariable),
            Heaps = Variable(HeapsVariable),
            HandleTableMap = Variable(HandleTableMapVariable),
            Heap = isServer
                ? new HeapFieldOffsets(Number(heapOffsets, 0), Number(heapOffsets, 1), Number(heapOffsets, 2), Number(heapOffsets, 18))
                : default,
        };
    }

    /// <summary>Where a heap of the server's garbage collector keeps what the workstation's has as globals.</summary>
    public readonly record struct HeapFieldOffsets(int AllocAllocated, int EphemeralSegment, int FinalizeQueue, int GenerationTable);
}
