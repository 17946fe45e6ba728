using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Immediate dominators by the algorithm of Lengauer and Tarjan (1979), the version with path compression, without recursion.</summary>
/// <remarks>Chosen over the semi-NCA and iterative algorithms because a linked list entered in the wrong order makes those quadratic.</remarks>
internal static unsafe class LengauerTarjan
{
    private const uint None = uint.MaxValue;

    /// <returns>The immediate dominator of each depth-first number; the root's is itself.</returns>
    public static NativeArray<uint> Run(DepthFirstOrder order, PredecessorLists predecessors)
    {
        uint count = order.Count;
        NativeArray<uint> result = new(count);
        using NativeArray<uint> semiArray = new(count);
        using NativeArray<uint> labelArray = new(count);
        using NativeArray<uint> bucketArray = new(count);
        uint* dominators = result.Pointer;
        uint* semi = semiArray.Pointer;
        uint* buckets = bucketArray.Pointer;

        // The parents become the ancestors of the forest: a parent is read for the last time before its child is linked.
        using CompressedForest forest = new(order.Parents.Pointer, labelArray.Pointer, semi);
        for (uint number = 0; number < count; number++)
        {
            semi[number] = number;
            labelArray.Pointer[number] = number;
            buckets[number] = None;
        }

        uint* offsets = predecessors.Offsets.Pointer;
        uint* sources = predecessors.Sources.Pointer;
        for (uint number = count - 1; number > 0; number--)
        {
            // Until its own dominator is known, a node's entry links it to the next one in its bucket.
            for (uint member = buckets[number]; member != None;)
            {
                uint next = dominators[member];
                uint least = forest.FindLeast(member, number);
                dominators[member] = semi[least] < number ? least : number;
                member = next;
            }

            uint best = number;
            for (uint i = offsets[number]; i < offsets[number + 1]; i++)
            {
                uint candidate = semi[forest.FindLeast(sources[i], number)];
                best = candidate < best ? candidate : best;
            }

            semi[number] = best;
            dominators[number] = buckets[best];
            buckets[best] = number;
        }

        for (uint member = buckets[0]; member != None;)
        {
            uint next = dominators[member];
            dominators[member] = 0;
            member = next;
        }

        for (uint number = 1; number < count; number++)
        {
            if (dominators[number] != semi[number])
            {
                dominators[number] = dominators[dominators[number]];
            }
        }

        dominators[0] = 0;
        return result;
    }
}
