using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class RetentionWatchTests
{
    private const long MB = 1 << 20;

    private readonly RetentionWatch _watch = new(new RetentionRules());

    // At least 100 MB and half of what is committed.
    [Theory]
    [InlineData(150, 49, true)]
    [InlineData(150, 51, false)]
    [InlineData(300, 149, true)]
    [InlineData(300, 151, false)]
    public void Add_CommittedBeyondTheHeap_IsKeptByTheCollector(long committed, long heap, bool isKept)
    {
        _watch.Add(new MemorySample { TotalCommittedBytes = committed * MB, HeapSizeBytes = heap * MB });

        Assert.Equal((isKept, false), (_watch.CollectorKeeps, _watch.AllocatorKeeps));
    }

    [Fact]
    public void Add_HeapHasGrownSinceTheLastCollection_CountsAsUsed()
    {
        _watch.Add(new MemorySample { TotalCommittedBytes = 300 * MB, HeapSizeBytes = 10 * MB, TotalMemoryBytes = 200 * MB });

        Assert.False(_watch.CollectorKeeps);
    }

    // At least 64 MB and as much as is in use.
    [Theory]
    [InlineData(65, 60, true)]
    [InlineData(63, 10, false)]
    [InlineData(99, 100, false)]
    [InlineData(101, 100, true)]
    public void Add_FreeInTheAllocator_IsKeptByIt(long free, long used, bool isKept)
    {
        _watch.Add(new MemorySample { NativeFreeBytes = free * MB, NativeAllocatedBytes = used * MB });

        Assert.Equal((false, isKept), (_watch.CollectorKeeps, _watch.AllocatorKeeps));
    }

    [Theory]
    [InlineData(71, true)]
    [InlineData(69, false)]
    public void Add_SomeWasReturned_IsKeptDownToSevenTenths(long free, bool isKept)
    {
        _watch.Add(new MemorySample { TotalCommittedBytes = 110 * MB, HeapSizeBytes = 1 * MB });
        _watch.Add(new MemorySample { TotalCommittedBytes = (free + 1) * MB, HeapSizeBytes = 1 * MB });

        Assert.Equal(isKept, _watch.CollectorKeeps);
    }

    [Fact]
    public void Add_SampleThatKnowsNothing_KeepsNothing()
    {
        _watch.Add(new MemorySample { TotalCommittedBytes = 300 * MB, HeapSizeBytes = MB, NativeFreeBytes = 300 * MB, NativeAllocatedBytes = MB });
        _watch.Add(default);

        Assert.Equal((false, false), (_watch.CollectorKeeps, _watch.AllocatorKeeps));
    }
}
