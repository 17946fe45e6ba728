using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

/// <summary>A runtime whose collections the test scripts.</summary>
internal sealed class FakeGCCounters : IGCCounters
{
    public int[] Counts { get; } = new int[3];

    public GCRecord Any { get; set; }

    public GCRecord FullBlocking { get; set; }

    public GCRecord Background { get; set; }

    public int ReadCount { get; private set; }

    public Exception? Failure { get; set; }

    public long TotalMemoryBytes { get; set; }

    public long TotalAllocatedBytes { get; set; }

    public TimeSpan TotalPauseDuration { get; set; }

    public long TimerCount { get; set; }

    public long? HeapHardLimitBytes { get; set; }

    public int CollectionCount(int generation) => Failure is null ? Counts[generation] : throw Failure;

    public GCRecord Read(GCKind kind)
    {
        ReadCount++;
        return kind switch
        {
            GCKind.Any => Any,
            GCKind.FullBlocking => FullBlocking,
            GCKind.Background => Background,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    public static GCRecord Record(long index, long heap, int generation = 2, bool concurrent = false, long fragmented = 0, int pauseMs = 1) => new()
    {
        Index = index,
        Generation = generation,
        IsConcurrent = concurrent,
        HeapSizeBytes = heap,
        FragmentedBytes = fragmented,
        TotalCommittedBytes = heap,
        FirstPause = TimeSpan.FromMilliseconds(pauseMs),
    };
}
