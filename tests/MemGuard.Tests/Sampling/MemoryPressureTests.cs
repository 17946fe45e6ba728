using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public class MemoryPressureTests
{
    [Fact]
    public void Ratio_NoLimit_IsZero() => Assert.Equal(0, MemoryPressure.Ratio(new MemorySample { AnonymousBytes = 100 }));

    [Fact]
    public void Ratio_ContainerAndHeapLimit_TakesTheNearer() =>
        Assert.Equal(0.9, MemoryPressure.Ratio(new MemorySample { AnonymousBytes = 50, MemoryLimitBytes = 100, HeapSizeBytes = 45, TotalMemoryBytes = 49, HeapLimitBytes = 50 }));

    [Fact]
    public void Ratio_WorkingSetFullOfFilePages_DoesNotCountThem() =>
        Assert.Equal(0.1, MemoryPressure.Ratio(new MemorySample { WorkingSetBytes = 95, AnonymousBytes = 10, MemoryLimitBytes = 100 }));

    [Fact]
    public void Ratio_AboveTheLimit_IsOne() => Assert.Equal(1, MemoryPressure.Ratio(new MemorySample { ContainerUsageBytes = 120, MemoryLimitBytes = 100 }));
}
