using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class UnmanagedEstimateTests
{
    [Fact]
    public void From_ResidentPagesOfTheGCKnown_IsAnonymousLessThosePlusShared() =>
        Assert.Equal(100 - 60 + 7, UnmanagedEstimate.From(new MemorySample { AnonymousBytes = 100, GCResidentBytes = 60, SharedMemoryBytes = 7, TotalCommittedBytes = 90, WorkingSetBytes = 500 }));

    [Theory]
    [InlineData(30L, 50L, 50)]
    [InlineData(30L, 20L, 70)]
    [InlineData(null, 20L, 80)]
    [InlineData(30L, null, 70)]
    public void From_AnonymousKnown_IsItLessTheLargerHeap(long? committed, long? used, long expected) =>
        Assert.Equal(expected, UnmanagedEstimate.From(new MemorySample { AnonymousBytes = 100, TotalCommittedBytes = committed, TotalMemoryBytes = used, WorkingSetBytes = 500 }));

    [Fact]
    public void From_OnlyTheWorkingSetKnown_IsItLessTheLargerHeap() =>
        Assert.Equal(300, UnmanagedEstimate.From(new MemorySample { WorkingSetBytes = 500, TotalCommittedBytes = 200, TotalMemoryBytes = 150 }));

    [Fact]
    public void From_HeapLargerThanResidentMemory_IsUnknown() =>
        Assert.Null(UnmanagedEstimate.From(new MemorySample { AnonymousBytes = 100, TotalCommittedBytes = 284, SharedMemoryBytes = 500 }));

    [Fact]
    public void From_HeapUnknown_IsUnknown() =>
        Assert.Null(UnmanagedEstimate.From(new MemorySample { AnonymousBytes = 100, WorkingSetBytes = 500 }));

    [Fact]
    public void From_NothingKnown_IsUnknown() => Assert.Null(UnmanagedEstimate.From(default));

    [Fact]
    public void Cheap_HeapLargerThanResidentMemory_IsNegative() =>
        Assert.Equal(-184, UnmanagedEstimate.Cheap(new MemorySample { AnonymousBytes = 100, TotalCommittedBytes = 284 }));

    [Fact]
    public void Carried_AfterAScan_ContinuesFromTheMeasuredValue()
    {
        MemorySample atScan = new() { AnonymousBytes = 700, TotalCommittedBytes = 650, GCResidentBytes = 500, SharedMemoryBytes = 9 };
        MemorySample later = new() { AnonymousBytes = 720, TotalCommittedBytes = 650, SharedMemoryBytes = 9 };

        long? carried = UnmanagedEstimate.Carried(later, UnmanagedEstimate.Untouched(atScan)!.Value);

        Assert.Equal(UnmanagedEstimate.Measured(atScan) + 20, carried);
    }
}
