using MemGuard.Evidence;
using MemGuard.Sampling;

namespace MemGuard.Tests;

public sealed class SessionReportsTests
{
    private const long Megabyte = 1 << 20;

    // A report of the end takes memory to be ready, so most processes are not; one that may end before the next sample must be.
    [Theory]
    [InlineData(null, null, 60, false)]
    [InlineData(1024, null, 60, false)]
    [InlineData(1024, null, 800, true)]
    [InlineData(256, null, 60, true)]
    [InlineData(null, 1024, 60, false)]
    [InlineData(null, 256, 60, true)]
    [InlineData(1024, 256, 60, true)]
    [InlineData(null, null, 700, true)]
    public void MayEndSoon_LittleRoomOrALargeProcess_Does(int? limit, int? heapLimit, int used, bool expected)
    {
        MemorySample sample = new()
        {
            MemoryLimitBytes = limit * Megabyte,
            HeapLimitBytes = heapLimit * Megabyte,
            HeapSizeBytes = used / 2 * Megabyte,
            AnonymousBytes = used * Megabyte,
            WorkingSetBytes = used * Megabyte,
        };

        Assert.Equal(expected, EndPrediction.MayEndSoon(sample, fillableBytes: 256 * Megabyte));
    }
}
