using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>One tick of the sampler against the ways in which applications read their memory today.</summary>
[MemoryDiagnoser]
[HideColumns("Error", "StdDev", "Median", "RatioSD", "Alloc Ratio", "Gen0", "Gen1")]
public class SamplerBenchmarks
{
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly MeterListener _listener = new();
    private MemorySampler _sampler = null!;
    private MemorySampler _samplerAfterCollection = null!;
    private readonly ThreadMeter _meter = new(new OwnCosts(), CostPart.Sampling);
    private long _metered;

    [GlobalSetup]
    public void Setup()
    {
        GC.Collect();
        _sampler = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System));
        _samplerAfterCollection = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System), new AlwaysCollected());
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "System.Runtime")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _metered += value);
        _listener.SetMeasurementEventCallback<int>((_, value, _, _) => _metered += value);
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _metered += (long)value);
        _listener.Start();
    }

    [Benchmark(Baseline = true, Description = "Sampler tick, no new collection")]
    public long Tick() => _sampler.Sample().WorkingSetBytes ?? 0;

    [Benchmark(Description = "Sampler tick, new full collection")]
    public long TickAfterCollection() => _samplerAfterCollection.Sample().WorkingSetBytes ?? 0;

    [Benchmark(Description = "The meter of an own thread, every tenth tick")]
    public void NoteWork() => _meter.Note();

    [Benchmark(Description = "Process.Refresh + WorkingSet64 + TotalMemory + GC info")]
    public long ProcessRefresh()
    {
        _process.Refresh();
        return _process.WorkingSet64 + GC.GetTotalMemory(false) + GC.GetGCMemoryInfo().HeapSizeBytes;
    }

    [Benchmark(Description = "Environment.WorkingSet + TotalMemory + counts")]
    public long EnvironmentWorkingSet() =>
        Environment.WorkingSet + GC.GetTotalMemory(false) + GC.CollectionCount(0) + GC.CollectionCount(1) + GC.CollectionCount(2);

    [Benchmark(Description = "System.Runtime meter, one collection")]
    public long SystemRuntimeMeter()
    {
        _metered = 0;
        _listener.RecordObservableInstruments();
        return _metered;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _listener.Dispose();
        _process.Dispose();
    }

    /// <summary>The real records, behind counters that say at every tick that a full collection happened.</summary>
    private sealed class AlwaysCollected : IGCCounters
    {
        private readonly GCCounters _counters = new();
        private int _tick;

        public long TotalMemoryBytes => _counters.TotalMemoryBytes;

        public long TotalAllocatedBytes => _counters.TotalAllocatedBytes;

        public TimeSpan TotalPauseDuration => _counters.TotalPauseDuration;

        public long TimerCount => _counters.TimerCount;

        public long? HeapHardLimitBytes => _counters.HeapHardLimitBytes;

        public int CollectionCount(int generation) => ++_tick;

        public GCRecord Read(GCKind kind) => _counters.Read(kind);
    }
}
