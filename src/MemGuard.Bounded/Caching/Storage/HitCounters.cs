using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Counts hits and misses on one of several cache lines, chosen by thread. Not interlocked: when two threads that run at once share a line, a few
/// counts are lost; none is invented.
/// </summary>
internal sealed class HitCounters
{
    /// <summary>A thread's stack begins in another block of 256 KB than any other's.</summary>
    private const int StackBlockBits = 18;

    private readonly Line[] _lines;
    private readonly int _shift;

    public HitCounters()
    {
        int count = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 8), 16, 64);
        // One unused line at the front: the first would share its memory with the array's header.
        _lines = new Line[count + 1];
        _shift = 32 - BitOperations.Log2((uint)count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountHit() => GetLine().Hits++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountMiss() => GetLine().Misses++;

    public (long Hits, long Misses) Sum()
    {
        long hits = 0;
        long misses = 0;
        foreach (ref readonly Line line in _lines.AsSpan(1))
        {
            hits += Volatile.Read(in line.Hits);
            misses += Volatile.Read(in line.Misses);
        }

        return (hits, misses);
    }

    /// <summary>
    /// The place of the stack tells threads apart at the cost of one instruction, where asking for the thread's number takes a call. Multiplied,
    /// equally spaced stacks fall on different lines (Fibonacci hashing).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe ref Line GetLine()
    {
        byte marker;
        uint block = (uint)((nuint)(&marker) >> StackBlockBits);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_lines), 1 + (int)((block * 0x9E3779B1) >> _shift));
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Line
    {
        public long Hits;
        public long Misses;
    }
}
