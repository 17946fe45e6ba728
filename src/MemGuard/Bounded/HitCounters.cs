using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Counts hits and misses on one of several cache lines, chosen by thread. Not interlocked: when more threads run at once than there are
/// lines, a few counts may be lost; none is invented.
/// </summary>
internal sealed class HitCounters
{
    private readonly Line[] _lines;
    private readonly int _mask;

    public HitCounters()
    {
        int count = Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4), 8, 64);
        // One unused line at the front: the first would share its memory with the array's header.
        _lines = new Line[count + 1];
        _mask = count - 1;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Line GetLine() =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_lines), 1 + (Environment.CurrentManagedThreadId & _mask));

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Line
    {
        public long Hits;
        public long Misses;
    }
}
