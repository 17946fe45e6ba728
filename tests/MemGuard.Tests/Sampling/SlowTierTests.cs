using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Sampling;

public sealed class SlowTierTests
{
    private const string Status = "Name:\tx\nRssAnon:\t     100 kB\nRssFile:\t      20 kB\nRssShmem:\t       5 kB\n";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly FakeSystemFiles _files = new() { ["/proc/self/status"] = Status };
    private readonly FakeHeap _heap = new();
    private readonly FakeNative _native = new();
    private readonly FakeGCCounters _counters = new() { TotalMemoryBytes = 60 * 1024 };
    private readonly FakeProcess _process = new();
    private int _assemblies = 7;

    [Fact]
    public void Sample_FirstTime_IsMeasured()
    {
        using MemorySampler sampler = Create();

        MemorySample sample = sampler.Sample();

        Assert.Equal(40 * 1024, sample.GCResidentBytes);
        Assert.Equal(65 * 1024, sample.UnmanagedBytes);
        Assert.Equal(5 * 1024, sample.SharedMemoryBytes);
        Assert.Equal(30 * 1024, sample.NativeAllocatedBytes);
        Assert.Equal(10 * 1024, sample.NativeFreeBytes);
        Assert.Equal(20 * 1024, sample.Ledger?.OtherAnonymousBytes);
        Assert.Equal(7, sample.AssemblyCount);
    }

    [Fact]
    public void Sample_Stretched_ReadsTheLedgerAndTheAssembliesSixTimesLessOften()
    {
        using MemorySampler sampler = Create();
        sampler.Sample();
        sampler.Stretch = 6;
        _assemblies = 8;

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(7, sampler.Sample().AssemblyCount);
        _time.Advance(TimeSpan.FromSeconds(1));
        MemorySample early = sampler.Sample();
        Assert.Equal((8L, TimeSpan.Zero), (early.AssemblyCount, early.Ledger!.Elapsed - (early.Elapsed - TimeSpan.FromSeconds(30))));

        _time.Advance(TimeSpan.FromSeconds(150));
        MemorySample late = sampler.Sample();
        Assert.Equal(late.Elapsed, late.Ledger!.Elapsed);
    }

    [Fact]
    public void Sample_BetweenScans_CarriesTheMeasuredValueOn()
    {
        using MemorySampler sampler = Create();
        long? measured = sampler.Sample().UnmanagedBytes;
        _time.Advance(TimeSpan.FromSeconds(1));
        _process.Anonymous += 3000;

        MemorySample sample = sampler.Sample();

        Assert.Null(sample.GCResidentBytes);
        Assert.Equal(measured + 3000, sample.UnmanagedBytes);
        Assert.Equal(30 * 1024, sample.NativeAllocatedBytes);
    }

    [Fact]
    public void Sample_HeapGrewMuch_ScansBeforeItsTurn()
    {
        using MemorySampler sampler = Create();
        sampler.Sample();
        _counters.TotalMemoryBytes += 17 << 20;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(sampler.Sample().GCResidentBytes);
    }

    [Fact]
    public void Sample_ScanIsDear_WaitsEvenWhenTheHeapGrew()
    {
        _heap.Cost = TimeSpan.FromMilliseconds(5);
        _heap.Time = _time;
        using MemorySampler sampler = Create();
        sampler.Sample();
        _counters.TotalMemoryBytes += 17 << 20;
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(sampler.Sample().GCResidentBytes);
    }

    [Fact]
    public void Sample_EveryHalfMinute_ScansAgain()
    {
        using MemorySampler sampler = Create();
        int scans = 0;
        for (int i = 0; i < 91; i++)
        {
            scans += sampler.Sample().GCResidentBytes is null ? 0 : 1;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, scans);
    }

    [Fact]
    public void Sample_NothingCanBeRead_KnowsWhyAndFallsBack()
    {
        _files.Remove("/proc/self/status");
        _heap.Resident = null;
        _heap.UnknownBecause = "the kernel is old";
        _native.Reading = null;
        _native.UnknownBecause = "the C library has no mallinfo2";
        using MemorySampler sampler = Create();

        for (int i = 0; i < 100; i++)
        {
            MemorySample sample = sampler.Sample();
            Assert.Null(sample.Ledger);
            Assert.Equal(_process.Anonymous - _counters.TotalMemoryBytes, sample.UnmanagedBytes);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, sampler.Unknown.Count());
        Assert.Equal(0, _logger.Collector.Count);
        Assert.Equal(0, sampler.Faults.TotalCount);
    }

    [Fact]
    public void Sample_EverySlowSeamThrows_KeepsTheFastValues()
    {
        _heap.Failure = new InvalidOperationException("scan");
        _assemblies = -1;
        using MemorySampler sampler = Create(new ThrowingContainer());

        MemorySample sample = sampler.Sample();

        Assert.Equal(_process.Anonymous, sample.AnonymousBytes);
        Assert.Null(sample.Ledger);
        Assert.Null(sample.AssemblyCount);
        Assert.Null(sample.ContainerUsageBytes);
        Assert.Equal(3, sampler.Faults.TotalCount);
    }

    [Fact]
    public void Sample_ContainerBetweenReadings_MovesWithTheProcess()
    {
        using MemorySampler sampler = Create(new FixedContainer(limitBytes: 1000));
        Assert.Equal(500, sampler.Sample().ContainerUsageBytes);
        _process.Anonymous += 70;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(570, sampler.Sample().ContainerUsageBytes);
    }

    [Fact]
    public void Sample_GroupWithoutLimit_DoesNotTellItsUsage()
    {
        using MemorySampler sampler = Create(new FixedContainer(limitBytes: null));

        Assert.Null(sampler.Sample().ContainerUsageBytes);
    }

    private MemorySampler Create(IContainerMemory? container = null)
    {
        InternalFaults faults = new(_logger, _time);
        IContainerMemory chosen = container ?? new NoContainer();
        LedgerReader ledger = new(_files, _heap, _native, _time);
        SlowTier slow = new(ledger, () => _assemblies > 0 ? _assemblies : throw new InvalidOperationException("assemblies"), faults, _time);
        return new MemorySampler(new SamplingSettings(), new SampleClock(_time, default), _counters, _process, new ContainerReader(chosen, faults, _time), slow, faults);
    }

    private sealed class FakeProcess : IProcessMemory
    {
        public long Anonymous { get; set; } = 100 * 1024;

        public ProcessReading Read() => new(Anonymous + (25 * 1024), Anonymous);
    }

    private sealed class FakeHeap : IHeapPages
    {
        public long? Resident { get; set; } = 40 * 1024;

        public TimeSpan Cost { get; set; }

        public FakeTimeProvider? Time { get; set; }

        public Exception? Failure { get; set; }

        public string? UnknownBecause { get; set; }

        public long? ReadResidentBytes()
        {
            Time?.Advance(Cost);
            return Failure is null ? Resident : throw Failure;
        }
    }

    private sealed class FakeNative : INativeHeap
    {
        public NativeHeapReading? Reading { get; set; } = new(30 * 1024, 10 * 1024);

        public string? UnknownBecause { get; set; }

        public NativeHeapReading? Read() => Reading;
    }

    private sealed class ThrowingContainer : IContainerMemory
    {
        public ContainerDetails Read() => throw new IOException("details");
    }

    private sealed class FixedContainer(long? limitBytes) : IContainerMemory
    {
        public ContainerDetails Read() => new() { LimitBytes = limitBytes, UnreclaimableBytes = 500 };
    }
}
