using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>The last minutes in forty rows: the newest twenty samples, and before them twenty that are fifteen samples apart.</summary>
/// <remarks>For one thread. Allocates nothing after its making.</remarks>
internal sealed class BlackBoxHistory
{
    public const int Capacity = RecentCount + CoarseCount;

    private const int RecentCount = 20;
    private const int CoarseCount = 20;
    private const int SamplesApart = 15;

    private readonly Row[] _recent = new Row[RecentCount];
    private readonly Row[] _coarse = new Row[CoarseCount];

    // Rows ever added to each; the oldest is overwritten.
    private long _recentTotal;
    private long _coarseTotal;

    /// <summary>One sample, as far as it is kept. Its numbers stand in the file as they do here.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Row(long Elapsed, long Used, long Heap, long Unmanaged);

    [MethodImpl(EverySample.Compiled)]
    public void Add(in MemorySample sample, long? usedBytes)
    {
        ref Row row = ref _recent[_recentTotal % RecentCount];

        // What leaves the newest goes on to the older ones, thinned: no row is there twice.
        if (_recentTotal >= RecentCount && (_recentTotal - RecentCount) % SamplesApart == 0)
        {
            _coarse[_coarseTotal++ % CoarseCount] = row;
        }

        row = new Row(
            sample.Elapsed.Ticks,
            usedBytes ?? BlackBoxFormat.Unknown,
            sample.HeapSizeBytes ?? sample.TotalMemoryBytes ?? BlackBoxFormat.Unknown,
            sample.UnmanagedBytes ?? BlackBoxFormat.Unknown);
        _recentTotal++;
    }

    /// <summary>Writes how many rows there are, and the rows, oldest first.</summary>
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    public void WriteTo(ref PageCursor cursor)
    {
        cursor.Write(Math.Min(_coarseTotal, CoarseCount) + Math.Min(_recentTotal, RecentCount));
        Write(ref cursor, _coarse, _coarseTotal);
        Write(ref cursor, _recent, _recentTotal);
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private static void Write(ref PageCursor cursor, Row[] rows, long total)
    {
        // The ring from its oldest row to its end, then from its beginning.
        int next = (int)(total % rows.Length);
        if (total >= rows.Length)
        {
            cursor.Write(MemoryMarshal.Cast<Row, long>(rows.AsSpan(next)));
        }

        cursor.Write(MemoryMarshal.Cast<Row, long>(rows.AsSpan(0, next)));
    }
}
