using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class MemoryUsageTests
{
    [Fact]
    public void Of_NoLimit_HasNeitherRatioNorHeadroom()
    {
        MemoryUsage usage = MemoryUsage.Of(new MemorySample { AnonymousBytes = 100 });

        Assert.Equal(100, usage.UsedBytes);
        Assert.Null(usage.Ratio);
        Assert.Null(usage.HeadroomBytes);
    }

    [Fact]
    public void Of_NothingIsKnown_IsUnknownAndNotZero()
    {
        MemoryUsage usage = MemoryUsage.Of(new MemorySample { MemoryLimitBytes = 100 });

        Assert.Null(usage.UsedBytes);
        Assert.Null(usage.Ratio);
        Assert.Null(usage.HeadroomBytes);
    }

    [Fact]
    public void Of_ContainerFilledByOthers_IsFull()
    {
        MemoryUsage usage = MemoryUsage.Of(new MemorySample { ContainerUsageBytes = 980, AnonymousBytes = 300, MemoryLimitBytes = 1000 });

        Assert.Equal(980, usage.UsedBytes);
        Assert.Equal(0.98, usage.Ratio);
        Assert.Equal(20, usage.HeadroomBytes);
    }

    [Fact]
    public void Of_LimitOfTheUsers_CountsTheProcessAlone() =>
        Assert.Equal(350, MemoryUsage.Of(new MemorySample { AnonymousBytes = 300, SharedMemoryBytes = 50, MemoryLimitBytes = 1000 }).UsedBytes);

    [Fact]
    public void Of_WorkingSetFullOfFilePages_DoesNotCountThem() =>
        Assert.Equal(0.1, MemoryUsage.Of(new MemorySample { WorkingSetBytes = 95, AnonymousBytes = 10, MemoryLimitBytes = 100 }).Ratio);

    [Fact]
    public void Of_WorkingSetAlone_LeavesOutTheUsualImages() =>
        Assert.Equal(40L << 20, MemoryUsage.Of(new MemorySample { WorkingSetBytes = 100L << 20 }).UsedBytes);

    [Fact]
    public void Of_HeapLimitIsNearer_IsTheRatio() =>
        Assert.Equal(0.9, MemoryUsage.Of(new MemorySample { AnonymousBytes = 50, MemoryLimitBytes = 100, HeapSizeBytes = 45, TotalMemoryBytes = 49, HeapLimitBytes = 50 }).Ratio);

    [Fact]
    public void Of_AboveTheLimit_HasRatioOneAndNoHeadroom()
    {
        MemoryUsage usage = MemoryUsage.Of(new MemorySample { ContainerUsageBytes = 120, MemoryLimitBytes = 100 });

        Assert.Equal(1, usage.Ratio);
        Assert.Equal(0, usage.HeadroomBytes);
    }
}
