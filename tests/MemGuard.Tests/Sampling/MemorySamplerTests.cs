using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Sampling;

public sealed class MemorySamplerTests
{
    private static readonly InternalFaults Silent = new(NullLogger.Instance, TimeProvider.System);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly FakeGCCounters _counters = new();
    private readonly FakeProcess _process = new() { Reading = new ProcessReading(900, 700) };
    private readonly FakeContainer _container = new();

    [Fact]
    public void Sample_BeforeTheFirstCollection_LeavesHeapSizesUnknown()
    {
        _counters.TotalMemoryBytes = -2_860_000;

        MemorySample sample = Create().Sample();

        Assert.Equal(0, sample.GCIndex);
        Assert.Null(sample.HeapSizeBytes);
        Assert.Null(sample.TotalCommittedBytes);
        Assert.Null(sample.Gen2LiveBytes);
        Assert.Equal(0, sample.TotalMemoryBytes);
        Assert.Equal(700, sample.UnmanagedBytes);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(512L, null, 512L)]
    [InlineData(null, 256L, 256L)]
    [InlineData(512L, 256L, 256L)]
    [InlineData(128L, 256L, 128L)]
    public void Sample_Limits_TakesTheTightest(long? configured, long? container, long? expected)
    {
        _container.Details = new ContainerDetails { LimitBytes = container };

        MemorySample sample = Create(new SamplingSettings { MemoryLimitBytes = configured }).Sample();

        Assert.Equal(expected, sample.MemoryLimitBytes);
    }

    [Fact]
    public void Sample_LimitChanges_IsSeenWithinFiveSeconds()
    {
        MemorySampler sampler = Create();
        Assert.Null(sampler.Sample().MemoryLimitBytes);
        _container.Details = new ContainerDetails { LimitBytes = 256 };

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(256, sampler.Sample().MemoryLimitBytes);
    }

    [Fact]
    public void Sample_HeapHardLimit_FollowsWhatCollectionsReport()
    {
        _counters.HeapHardLimitBytes = 100;
        MemorySampler sampler = Create();
        Assert.Equal(100, sampler.Sample().HeapLimitBytes);

        _counters.Counts[0] = 1;
        _counters.Any = FakeGCCounters.Record(1, 10) with { TotalAvailableMemoryBytes = 180 };

        Assert.Equal(180, sampler.Sample().HeapLimitBytes);
    }

    [Fact]
    public void Sample_NoHeapHardLimit_ReportsNone()
    {
        _counters.Counts[0] = 1;
        _counters.Any = FakeGCCounters.Record(1, 10) with { TotalAvailableMemoryBytes = 180 };

        Assert.Null(Create().Sample().HeapLimitBytes);
    }

    [Fact]
    public void Sample_EverySeamThrows_IsEmptyAndSaysSoOnce()
    {
        InvalidOperationException failure = new("seam");
        _counters.Failure = failure;
        _process.Failure = failure;
        _container.Failure = failure;
        MemorySampler sampler = Create();

        MemorySample first = sampler.Sample();
        _time.Advance(TimeSpan.FromSeconds(5));
        MemorySample second = sampler.Sample();

        Assert.Equal(TimeSpan.FromSeconds(5), second.Elapsed - first.Elapsed);
        Assert.Null(second.WorkingSetBytes);
        Assert.Null(second.TotalMemoryBytes);
        Assert.Equal(10 - 4, sampler.Faults.TotalCount);
        Assert.Equal(4, _logger.Collector.Count);
    }

    [Fact]
    public void Sample_OneSeamThrows_LosesOnlyItsOwnValues()
    {
        _process.Failure = new IOException("gone");
        _counters.TotalMemoryBytes = 5;

        MemorySample sample = Create().Sample();

        Assert.Null(sample.WorkingSetBytes);
        Assert.Equal(5, sample.TotalMemoryBytes);
    }

    [Fact]
    public void Sample_SeamRecovers_ReadsAgain()
    {
        MemorySampler sampler = Create();
        _counters.Failure = new InvalidOperationException("seam");
        sampler.Sample();
        _counters.Failure = null;
        _counters.Counts[0] = 1;
        _counters.Any = FakeGCCounters.Record(1, 10);

        Assert.Equal(10, sampler.Sample().HeapSizeBytes);
    }

    [Fact]
    public void Sample_ClockGoesBackwards_ElapsedDoesNot()
    {
        BackwardsTimeProvider time = new();
        MemorySampler sampler = Create(null, time);
        time.Now = TimeSpan.FromSeconds(10);
        TimeSpan before = sampler.Sample().Elapsed;
        time.Now = TimeSpan.FromSeconds(-100);

        Assert.Equal(before, sampler.Sample().Elapsed);
    }

    [Fact]
    public void Sample_LoggerThrows_StillSamples()
    {
        _process.Failure = new IOException("gone");
        InternalFaults faults = new(new ThrowingLogger(), _time);
        MemorySampler sampler = new(new SamplingSettings(), new SampleClock(_time, default), _counters, _process, new ContainerReader(_container, faults, _time), null, faults);

        sampler.Sample();

        Assert.Equal(1, sampler.Faults.TotalCount);
    }

    [Fact]
    public void Sample_RealProcess_AllocatesNothingWithoutACollection()
    {
        MemorySampler sampler = CreateFastOnly();
        for (int i = 0; i < 200; i++)
        {
            sampler.Sample();
        }

        // Other tests may collect meanwhile: the cheapest of several runs is the sampler's own.
        long least = long.MaxValue;
        for (int run = 0; run < 20; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                sampler.Sample();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Sample_RealProcessAfterAFullCollection_AllocatesAtMost864Bytes()
    {
        MemorySampler sampler = CreateFastOnly();
        for (int i = 0; i < 200; i++)
        {
            sampler.Sample();
        }

        GC.Collect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        MemorySample sample = sampler.Sample();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 288, 864);
        Assert.NotNull(sample.Gen2LiveBytes);
    }

    [Fact]
    public void Sample_RealProcess_KnowsItsMemory()
    {
        GC.Collect();
        MemorySample sample = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System)).Sample();

        Assert.True(sample.Elapsed > TimeSpan.Zero);
        Assert.InRange(sample.WorkingSetBytes!.Value, 10_000_000, 10_000_000_000);
        Assert.InRange(sample.Gen2LiveBytes!.Value, 100_000, sample.WorkingSetBytes.Value);
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(sample.AnonymousBytes!.Value, 1_000_000, sample.WorkingSetBytes.Value);
        }
    }

    /// <summary>The real sources without the slow tier, which allocates when it is due.</summary>
    private static MemorySampler CreateFastOnly() =>
        new(
            new SamplingSettings(),
            new SampleClock(TimeProvider.System, TimeSpan.Zero),
            new GCCounters(),
            OperatingSystem.IsLinux() ? new LinuxProcessMemory(SystemFiles.Instance, Environment.SystemPageSize) : new FrameworkProcessMemory(),
            new ContainerReader(new NoContainer(), Silent, TimeProvider.System),
            null,
            Silent);

    private MemorySampler Create(SamplingSettings? settings = null, TimeProvider? time = null) =>
        new(
            settings ?? new SamplingSettings(),
            new SampleClock(time ?? _time, TimeSpan.FromSeconds(3)),
            _counters,
            _process,
            new ContainerReader(_container, new InternalFaults(_logger, time ?? _time), time ?? _time),
            null,
            new InternalFaults(_logger, time ?? _time));

    private sealed class FakeProcess : IProcessMemory
    {
        public ProcessReading Reading { get; set; }

        public Exception? Failure { get; set; }

        public ProcessReading Read() => Failure is null ? Reading : throw Failure;
    }

    private sealed class FakeContainer : IContainerMemory
    {
        public ContainerDetails Details { get; set; } = ContainerDetails.None;

        public Exception? Failure { get; set; }

        public ContainerDetails Read() => Failure is null ? Details : throw Failure;
    }
}
