using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Estimates how often a key was seen lately: a count-min sketch of 4-bit counters (Cormode and Muthukrishnan; aged by halving as in TinyLFU,
/// Einziger, Friedman and Manes). The four counters of a key lie in one 64-byte block, so an estimate costs one cache miss. Not thread-safe.
/// </summary>
internal struct FrequencySketch
{
    private const int WordsPerBlock = 8;
    private const ulong HalvedMask = 0x7777777777777777;

    /// <summary>From this length on the blocks are aligned to cache lines, which takes an array that never moves.</summary>
    private const int AlignedLength = 1024;

    private ulong[] _words;

    /// <summary>Index of the first word of the first block.</summary>
    private int _start;

    private int _blockMask;

    private long _additions;
    private long _halveAt;

    /// <summary>Fits the sketch to its cache. When it shrinks it begins anew.</summary>
    /// <param name="wordCount">16 counters each; a power of two. One word an entry is right.</param>
    /// <param name="capacity">Entries whose frequency matters; the counters are halved after ten times as many additions.</param>
    public void Resize(int wordCount, int capacity)
    {
        int length = Math.Max(WordsPerBlock, wordCount);
        int present = _words is null ? 0 : (_blockMask + 1) * WordsPerBlock;
        if (length != present)
        {
            ulong[] words = Allocate(length, out int start);
            // A key's block is chosen by low bits: copying the old blocks side by side keeps every estimate.
            for (int copied = 0; present > 0 && copied + present <= length; copied += present)
            {
                Array.Copy(_words!, _start, words, start + copied, present);
            }

            _additions = length > present ? _additions : 0;
            _words = words;
            _start = start;
            _blockMask = (length / WordsPerBlock) - 1;
        }

        _halveAt = 10L * Math.Max(1, capacity);
        // One halving at the most is due, however much smaller the cache became.
        _additions = Math.Min(_additions, _halveAt);
    }

    /// <summary>Asks for the memory that the next <see cref="Add"/> for the key will touch.</summary>
    public readonly void Prefetch(uint hash) => MemoryPrefetch.Read(ref GetBlock(hash, out _));

    public readonly int Estimate(uint hash)
    {
        ref ulong block = ref GetBlock(hash, out uint counters);
        int estimate = 15;
        for (int i = 0; i < 4; i++)
        {
            ulong word = Unsafe.Add(ref block, GetWord(counters, i));
            estimate = Math.Min(estimate, (int)(word >> GetShift(counters, i)) & 15);
        }

        return estimate;
    }

    /// <param name="hash">The key's hash.</param>
    /// <param name="count">How often it was seen, at most 15.</param>
    /// <returns>The estimate, this included.</returns>
    public int Add(uint hash, int count)
    {
        ref ulong block = ref GetBlock(hash, out uint counters);
        int estimate = 15;
        for (int i = 0; i < 4; i++)
        {
            ref ulong word = ref Unsafe.Add(ref block, GetWord(counters, i));
            int shift = GetShift(counters, i);
            int old = (int)(word >> shift) & 15;
            int sum = Math.Min(15, old + count);
            word += (ulong)(sum - old) << shift;
            estimate = Math.Min(estimate, sum);
        }

        _additions += count;
        if (_additions < _halveAt)
        {
            return estimate;
        }

        Halve();
        return Estimate(hash);
    }

    private static unsafe ulong[] Allocate(int length, out int start)
    {
        start = 0;
        if (length < AlignedLength)
        {
            return new ulong[length];
        }

        ulong[] words = GC.AllocateArray<ulong>(length + WordsPerBlock - 1, pinned: true);
        nuint first = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(words)) / sizeof(ulong);
        start = (int)(WordsPerBlock - (first % WordsPerBlock)) % WordsPerBlock;
        return words;
    }

    private static int GetWord(uint counters, int i) => (2 * i) + (int)((counters >> (8 * i)) & 1);

    private static int GetShift(uint counters, int i) => (int)((counters >> ((8 * i) + 1)) & 15) * 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref ulong GetBlock(uint hash, out uint counters)
    {
        // Mixed again: the table already used the low bits of this hash, and a shard sees only some of their values.
        ulong mixed = hash * 0x9E3779B97F4A7C15;
        counters = (uint)(mixed >> 32) * 0x85EBCA6B;
        counters ^= counters >> 15;
        int block = (int)(mixed >> 40) & _blockMask;
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), _start + (block * WordsPerBlock));
    }

    private void Halve()
    {
        Span<ulong> words = _words.AsSpan(_start, (_blockMask + 1) * WordsPerBlock);
        Span<Vector<ulong>> vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(words);
        Vector<ulong> mask = new(HalvedMask);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = (vectors[i] >>> 1) & mask;
        }

        _additions /= 2;
    }
}
