using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace ForkStress;

/// <summary>Lists whose every node and array is known: a capture must show each of them, whatever the threads do meanwhile.</summary>
internal static class GroundTruth
{
    public const int Workers = 4;
    public const int ListsPerWorker = 250;
    private const int Length = 50;
    private const int SmallestArray = 16;
    private const int ArrayStep = 8;
    private const int ArrayHeaderBytes = 24;

    private static readonly Owner[] Table = [.. Enumerable.Range(0, Workers).Select(static _ => new Owner { Lists = [.. Enumerable.Range(0, ListsPerWorker).Select(static _ => Make())] })];

    public static void Replace(int worker, int list) => Volatile.Write(ref Table[worker].Lists[list], Make());

    public static object Pick(int worker, int list) => Volatile.Read(ref Table[worker].Lists[list]);

    /// <returns>What differs; null when the capture shows everything as it is.</returns>
    public static string? FindDifference(CapturedHeap captured, AnalysedHeap heap)
    {
        HeapStatic[] fields = [.. captured.Statics.Where(static field => field.Owner is { } owner && owner.Declaring == typeof(GroundTruth))];
        if (fields is not [{ } table])
        {
            return $"{fields.Length} static fields instead of 1";
        }

        int lists = 0;
        foreach (uint owner in heap.Graph.GetTargets(heap.Index.Find(table.Address)))
        {
            if (Name(heap, owner) != "Owner" || Follow(heap, owner, "Lists") is not { } array)
            {
                return "an owner is " + Name(heap, owner);
            }

            foreach (uint head in heap.Graph.GetTargets(array))
            {
                if (FindBreak(heap, head) is { } difference)
                {
                    return difference;
                }

                lists++;
            }
        }

        return lists == Workers * ListsPerWorker ? null : $"{lists} lists instead of {Workers * ListsPerWorker}";
    }

    private static string? FindBreak(AnalysedHeap heap, uint head)
    {
        uint? node = head;
        for (int i = Length - 1; i >= 0; i--)
        {
            if (node is not { } current || Name(heap, current) != "Node" || !heap.IsCounted(current))
            {
                return $"node {i} of a list is {(node is null ? "missing" : Name(heap, node.Value))}";
            }

            int bytes = ((ArrayHeaderBytes + SmallestArray + (ArrayStep * i)) + 7) & ~7;
            if (Follow(heap, current, "Data") is not { } data || Name(heap, data) != "byte[]" || heap.Graph.SizeUnits[data] != bytes / 8)
            {
                return $"the array of node {i} is wrong";
            }

            node = Follow(heap, current, "Next");
        }

        return node is null ? null : "a list does not end";
    }

    private static string Name(AnalysedHeap heap, uint node) => heap.Types[heap.Graph.TypeIndexes[node]].Type?.Name switch
    {
        "Byte[]" => "byte[]",
        { } name => name,
        null => "unknown",
    };

    private static uint? Follow(AnalysedHeap heap, uint node, string field)
    {
        foreach (uint target in heap.Graph.GetTargets(node))
        {
            if (heap.FindField(node, target) == field)
            {
                return target;
            }
        }

        return null;
    }

    private static Node Make()
    {
        Node? head = null;
        for (int i = 0; i < Length; i++)
        {
            head = new Node { Next = head, Data = new byte[SmallestArray + (ArrayStep * i)] };
        }

        return head!;
    }

    private sealed class Owner
    {
        public required Node[] Lists { get; init; }
    }

    private sealed class Node
    {
        public Node? Next;
        public byte[]? Data;

        public int Sum() => (Data?.Length ?? 0) + (Next?.Sum() ?? 0);
    }
}
