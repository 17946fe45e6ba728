using System.Diagnostics;
using System.Numerics;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Numbers addresses in ascending order: one bit per 8 bytes of heap, and a running count per 64 bits.</summary>
/// <remarks>About one byte per object on an ordinary heap, where a hash table takes 16 or more.</remarks>
internal sealed unsafe class AddressIndex : IDisposable
{
    /// <summary>The answer for an address that is not an object.</summary>
    public const uint NotFound = uint.MaxValue;

    private const int ChunkShift = 22;
    private const int WordsPerChunk = 1 << (ChunkShift - 3 - 6);
    private const int LeafShift = 12;
    private const int AddressBits = 48;

    // Two levels, 16 GiB of address space a leaf: an entry is a chunk's number plus one.
    private readonly int[]?[] _leaves = new int[1 << (AddressBits - ChunkShift - LeafShift)][];
    private readonly List<Chunk> _chunks = [];
    private Chunk[] _sorted = [];
    private ulong _lastKey = ulong.MaxValue;
    private ulong* _lastBits;

    public uint Count { get; private set; }

    /// <summary>Whether an address lay outside what the index can hold; the graph is then incomplete.</summary>
    public bool HasForeignAddress { get; private set; }

    public void Add(ulong address)
    {
        ulong key = address >> ChunkShift;
        if (key != _lastKey)
        {
            if (address >> AddressBits != 0)
            {
                HasForeignAddress = true;
                return;
            }

            _lastBits = GetOrAddChunk(key).Bits.Pointer;
            _lastKey = key;
        }

        ulong bit = (address >> 3) & ((1UL << (ChunkShift - 3)) - 1);
        _lastBits[bit >> 6] |= 1UL << (int)(bit & 63);
    }

    /// <summary>Counts. After this no address may be added.</summary>
    public void Freeze()
    {
        _sorted = [.. _chunks.OrderBy(static chunk => chunk.Key)];
        uint rank = 0;
        foreach (Chunk chunk in _sorted)
        {
            chunk.FirstRank = rank;
            for (int word = 0; word < WordsPerChunk; word++)
            {
                chunk.Ranks.Pointer[word] = rank;
                rank += (uint)BitOperations.PopCount(chunk.Bits.Pointer[word]);
            }
        }

        Count = rank;
    }

    /// <returns>The address's number, or <see cref="NotFound"/>.</returns>
    public uint Find(ulong address)
    {
        Chunk? chunk = FindChunk(address >> ChunkShift);
        if (chunk is null || (address & 7) != 0)
        {
            return NotFound;
        }

        ulong bit = (address >> 3) & ((1UL << (ChunkShift - 3)) - 1);
        ulong word = chunk.Bits.Pointer[bit >> 6];
        ulong mask = 1UL << (int)(bit & 63);
        return (word & mask) == 0
            ? NotFound
            : chunk.Ranks.Pointer[bit >> 6] + (uint)BitOperations.PopCount(word & (mask - 1));
    }

    /// <returns>The number of the last object that begins at or before an address, or <see cref="NotFound"/>.</returns>
    public uint FindAtOrBefore(ulong address)
    {
        uint low = 0;
        uint high = Count;
        while (low < high)
        {
            uint middle = low + ((high - low) / 2);
            if (AddressOf(middle) <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? NotFound : low - 1;
    }

    public ulong AddressOf(uint rank)
    {
        Debug.Assert(rank < Count, "rank outside the index");
        Chunk chunk = _sorted[LastNotAfter(_sorted.Length, i => _sorted[i].FirstRank, rank)];
        uint* ranks = chunk.Ranks.Pointer;
        int word = LastNotAfter(WordsPerChunk, i => ranks[i], rank);
        ulong bits = chunk.Bits.Pointer[word];
        for (uint skip = rank - ranks[word]; skip > 0; skip--)
        {
            bits &= bits - 1;
        }

        return (chunk.Key << ChunkShift) + ((ulong)word << 9) + ((ulong)BitOperations.TrailingZeroCount(bits) << 3);
    }

    public void Dispose()
    {
        foreach (Chunk chunk in _chunks)
        {
            chunk.Bits.Dispose();
            chunk.Ranks.Dispose();
        }

        _chunks.Clear();
    }

    // The last position with the greatest value not above the limit; of equal values the last, because earlier words are empty.
    private static int LastNotAfter(int count, Func<int, uint> valueAt, uint limit)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (valueAt(middle) <= limit)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private Chunk? FindChunk(ulong key)
    {
        int[]? leaf = key >> (AddressBits - ChunkShift) != 0 ? null : _leaves[key >> LeafShift];
        int number = leaf is null ? 0 : leaf[key & ((1 << LeafShift) - 1)];
        return number == 0 ? null : _chunks[number - 1];
    }

    private Chunk GetOrAddChunk(ulong key)
    {
        int[] leaf = _leaves[key >> LeafShift] ??= new int[1 << LeafShift];
        ref int number = ref leaf[key & ((1 << LeafShift) - 1)];
        if (number == 0)
        {
            _chunks.Add(new Chunk(key));
            number = _chunks.Count;
        }

        return _chunks[number - 1];
    }

    private sealed class Chunk(ulong key)
    {
        public ulong Key => key;

        public NativeArray<ulong> Bits { get; } = new(WordsPerChunk);

        public NativeArray<uint> Ranks { get; } = new(WordsPerChunk);

        public uint FirstRank { get; set; }
    }
}
