using System.Runtime.InteropServices;
using MemGuard.Evidence;
using MemGuard.Sampling;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Evidence.Probes;

public sealed class NativeProbeTests
{
    private const long MB = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedAllocator _allocator;
    private readonly MemoryProbeOptions _options = new() { AllowNativeTrim = true };

    public NativeProbeTests() => _allocator = new ScriptedAllocator(_time);

    [Fact]
    public void Measure_WithoutTrim_TellsRetentionAndTouchesNothing()
    {
        NativeMeasurement measurement = Probe().Measure(trim: false, new MemoryProbeOptions());

        Assert.Equal((11 * MB, 150 * MB), (measurement.UsedBytes, measurement.FreeBytes));
        Assert.True(measurement.IsRetention);
        Assert.Null(measurement.ReturnedBytes);
        Assert.Equal(0, _allocator.Trims);
        Assert.StartsWith("Native: the allocator keeps 150 MB free beside 11 MB in use: retention, not a leak. Next: ", measurement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NextStep_RetentionOfJemalloc_IsItsOwnSetting()
    {
        NativeMeasurement measurement = new() { UsedBytes = 11 * MB, FreeBytes = 150 * MB, IsJemalloc = true };

        Assert.StartsWith("Restart with MALLOC_CONF=", measurement.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_MostIsInUse_IsNoRetention()
    {
        _allocator.Reading = new NativeHeapReading(300 * MB, 40 * MB);

        NativeMeasurement measurement = Probe().Measure(trim: false, _options);

        Assert.False(measurement.IsRetention);
        Assert.Contains("in use, not retention", measurement.ToString(), StringComparison.Ordinal);
        Assert.Contains("undisposed handles", measurement.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_Trim_SaysWhatTheWorkingSetLost()
    {
        NativeMeasurement measurement = Probe().Measure(trim: true, _options);

        Assert.Equal(1, _allocator.Trims);
        Assert.Equal(120 * MB, measurement.ReturnedBytes);
        Assert.Equal(TimeSpan.FromSeconds(1.2), measurement.TrimDuration);
        Assert.Contains("A trim returned 120 MB in 1.2 s.", measurement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_TrimThatBringsNothing_SaysZeroAndNotMore()
    {
        _allocator.FallsBy = -5 * MB;

        Assert.Equal(0, Probe().Measure(trim: true, _options).ReturnedBytes);
    }

    [Fact]
    public void Measure_TrimWithinTheHour_IsRefused()
    {
        NativeProbe probe = Probe();
        probe.Measure(trim: true, _options);
        _time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1.2));

        NativeMeasurement refused = probe.Measure(trim: true, _options);
        _time.Advance(TimeSpan.FromMinutes(40));

        Assert.Equal("one trim an hour is allowed", refused.RefusedBecause);
        Assert.Equal(TimeSpan.FromMinutes(40), refused.RetryAfter);
        Assert.Null(probe.Measure(trim: true, _options).RefusedBecause);
        Assert.Equal(2, _allocator.Trims);
    }

    [Fact]
    public void Measure_TrimNotAllowed_IsRefusedOutsideDevelopment()
    {
        _options.AllowNativeTrim = false;

        Assert.Contains("MemGuard:Probe:AllowNativeTrim=true", Probe().Measure(trim: true, _options).RefusedBecause, StringComparison.Ordinal);
        Assert.Equal(0, _allocator.Trims);
        Assert.Null(Probe(isDevelopment: true).Measure(trim: true, _options).RefusedBecause);
    }

    [Fact]
    public void Measure_TrimOfOneArena_IsRefusedAlsoInDevelopment()
    {
        _allocator.HasOneArena = true;

        Assert.Contains("MALLOC_ARENA_MAX=1", Probe(isDevelopment: true).Measure(trim: true, _options).RefusedBecause, StringComparison.Ordinal);
        Assert.Equal(0, _allocator.Trims);
    }

    [Fact]
    public void Measure_TrimOfMuch_IsRefusedOutsideDevelopment()
    {
        _allocator.Reading = new NativeHeapReading(11 * MB, 201 * MB);

        Assert.Contains("more than 200 MB", Probe().Measure(trim: true, _options).RefusedBecause, StringComparison.Ordinal);
        Assert.Null(Probe(isDevelopment: true).Measure(trim: true, _options).RefusedBecause);
    }

    [Fact]
    public void Measure_OtherCLibrary_IsRefusedWithTheReason()
    {
        _allocator.UnknownBecause = "the C library has no mallinfo2";

        NativeMeasurement refused = Probe().Measure(trim: false, _options);

        Assert.Equal("Native probe refused: the C library has no mallinfo2.", refused.ToString());
        Assert.Null(refused.IsRetention);
    }

    [Fact]
    public void Measure_RealAllocator_SeesWhatIsAllocatedAndWhatIsFreed()
    {
        NativeProbe probe = new(new NativeAllocator(new ProbedHeap()), isDevelopment: true, _time);
        if (!OperatingSystem.IsLinux() || probe.Measure(trim: false, _options).RefusedBecause is not null)
        {
            return;
        }

        nint[] blocks = new nint[4000];
        long before = probe.Measure(trim: false, _options).UsedBytes!.Value;
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = Marshal.AllocHGlobal(16 << 10);
        }

        long during = probe.Measure(trim: false, _options).UsedBytes!.Value;
        Array.ForEach(blocks, Marshal.FreeHGlobal);
        NativeMeasurement after = probe.Measure(trim: true, _options);

        // Other tests allocate beside this one.
        Assert.InRange(during - before, 40 * MB, 120 * MB);
        Assert.InRange(during - after.UsedBytes!.Value, 40 * MB, 120 * MB);
        Assert.NotNull(after.ReturnedBytes);
    }

    [Fact]
    public void Measure_AnotherAllocatorPreloaded_IsReadAndNotTrimmed()
    {
        _allocator.CannotTrimBecause = "libjemalloc.so.2 answers malloc here, which malloc_trim does not reach";

        NativeMeasurement measured = Probe(isDevelopment: true).Measure(trim: true, new MemoryProbeOptions());

        Assert.Equal((_allocator.CannotTrimBecause, 0), (measured.RefusedBecause, _allocator.Trims));
        Assert.Null(Probe().Measure(trim: false, new MemoryProbeOptions()).RefusedBecause);
    }

    private NativeProbe Probe(bool isDevelopment = false) => new(_allocator, isDevelopment, _time);

    private sealed class ScriptedAllocator(FakeTimeProvider time) : INativeAllocator
    {
        private long _workingSet = 500 * MB;

        public string? UnknownBecause { get; set; }

        public string? CannotTrimBecause { get; set; }

        public bool HasOneArena { get; set; }

        public NativeHeapReading Reading { get; set; } = new(11 * MB, 150 * MB);

        public long FallsBy { get; set; } = 120 * MB;

        public int Trims { get; private set; }

        public long? WorkingSetBytes => _workingSet;

        NativeHeapReading? INativeAllocator.Read() => Reading;

        public void Trim()
        {
            Trims++;
            _workingSet -= FallsBy;
            time.Advance(TimeSpan.FromSeconds(1.2));
        }
    }
}
