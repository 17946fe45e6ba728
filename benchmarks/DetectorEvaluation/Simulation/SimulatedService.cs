using MemGuard.Sampling;
using MemGuard.Triage;

namespace DetectorEvaluation.Simulation;

/// <summary>Runs a service and shows what an in-process sampler would have seen of it.</summary>
internal sealed class SimulatedService(ServiceSpec spec, Random random)
{
    private const double LongestStep = 5;

    private double _malloc;
    private double _mapped;
    private double _mallocFree;
    private double _resident;
    private double _timers;
    private double _assemblies;
    private double _load;
    private double _lag;
    private double _files;
    private bool _forced;

    /// <summary>Time at which the limit was reached; infinite when it was not.</summary>
    public double LimitReachedAt { get; private set; } = double.PositiveInfinity;

    /// <summary>Bytes to the nearer limit at the end of the last step.</summary>
    public double Room { get; private set; }

    /// <summary>Asks for a full collection before the next sample.</summary>
    public void CollectFully() => _forced = true;

    public IEnumerable<MemorySample> Run()
    {
        double time = 0;
        while (time < spec.Duration && double.IsInfinity(LimitReachedAt))
        {
            double interval = spec.Interval * random.Between(0.98, 1.02);
            int steps = Math.Max(1, (int)Math.Ceiling(interval / LongestStep));
            for (int i = 0; i < steps; i++)
            {
                time += interval / steps;
                Step(time, interval / steps);
            }

            yield return Sample(time);
        }
    }

    private void Step(double time, double step)
    {
        double load = spec.Load.At(time, step);
        double live = 0;
        double holes = 0;
        double mallocPart = 0;
        double freePart = 0;
        double extra = 0;
        double futile = 0;
        _mapped = 0;
        _files = 0;
        _timers = 2 + Math.Round(3 * load);
        _assemblies = 120 - Math.Round(90 * Math.Exp(-time / 15));
        foreach (MemoryPart part in spec.Parts)
        {
            part.Step(time, step, load, random);
            if (part is FinalizableHandles handles)
            {
                handles.Collected(spec.Heap.Gen0Count, spec.Heap.CollectedFully);
            }

            _timers += part.Timers;
            _assemblies += part.Assemblies;
            extra += part.ExtraAllocation;
            futile += part.FutileCollections;
            switch (part.Place)
            {
                case Place.Managed: live += part.Bytes; break;
                case Place.Holes: holes += part.Bytes; break;
                case Place.Malloc: mallocPart += part.Bytes; break;
                case Place.Mapped: _mapped += part.Bytes; break;
                case Place.File: _files += part.Bytes; break;
                default: freePart += part.Bytes; break;
            }
        }

        _load += load * step * 50;
        spec.Heap.Step(time, step, spec.AllocationPerSecond * (load + extra) * step, live, holes, _forced);
        spec.Heap.Thrash(futile * step, spec.ThrashPauseSeconds);
        _forced = false;

        // The collector's own tables are malloc memory and grow with the heap.
        _malloc = 6e6 + (0.025 * spec.Heap.HeapSize) + mallocPart;
        _mallocFree = Math.Max(freePart + 2e6, _mallocFree * Math.Exp(-step / 3000));
        double lagTarget = spec.FinalizerBlocks && spec.Leak is Leak leak && time > leak.Onset ? _lag + step : random.NextDouble() * 2;
        _lag = lagTarget;

        // Committed pages become resident when they are first touched: nearly all of them in a busy service.
        double touched = Math.Min(spec.Heap.Committed, Math.Max(spec.Heap.TotalMemory, 0.97 * spec.Heap.Committed));
        _resident = Math.Max(touched, _resident + ((touched - _resident) * (1 - Math.Exp(-step / 100))));
        double usage = Anonymous() + 4e6;
        double heapRoom = spec.Available - live - holes;

        // Near the container's limit the collector gives back what it can.
        double unavoidable = live + holes + _malloc + _mapped + _mallocFree + 12e6;
        Room = Math.Min(heapRoom, spec.Limit - unavoidable);
        if (Room <= 0 || usage > spec.Limit * 1.3)
        {
            LimitReachedAt = time;
        }
    }

    private double Anonymous() => Math.Min(_resident + _malloc + _mallocFree + _mapped + 6e6, spec.Limit);

    private MemorySample Sample(double time)
    {
        SimulatedHeap heap = spec.Heap;
        double anonymous = Anonymous() + (random.NextDouble() * 2e5);
        bool Has(Columns column) => (spec.Columns & column) != 0;
        long? Known(double value) => double.IsFinite(value) ? (long)value : null;
        return new MemorySample
        {
            Elapsed = TimeSpan.FromSeconds(time),
            GCIndex = Has(Columns.AnyCollection) ? heap.Index : null,
            GCGeneration = Has(Columns.AnyCollection) ? heap.Generation : null,
            HeapSizeBytes = Has(Columns.AnyCollection) ? (long)heap.HeapSize : null,
            FragmentedBytes = Has(Columns.AnyCollection) ? (long)heap.Fragmented : null,
            Gen2LiveBytes = (long?)heap.Gen2Live,
            Gen2FragmentedBytes = (long?)heap.Gen2Fragmented,
            TotalMemoryBytes = Has(Columns.AnyCollection) ? (long)heap.TotalMemory : null,
            TotalCommittedBytes = (long)heap.Committed,
            WorkingSetBytes = (long)(anonymous + spec.FileBytes + _files),
            AnonymousBytes = Has(Columns.Anonymous) ? (long)anonymous : null,
            TotalAllocatedBytes = (long)heap.Allocated,
            Gen0CollectionCount = Has(Columns.Counts) ? heap.Gen0Count : null,
            Gen1CollectionCount = Has(Columns.Counts) ? heap.Gen1Count : null,
            Gen2CollectionCount = Has(Columns.Counts) ? heap.Gen2Count : null,
            TotalPauseDuration = Has(Columns.Counts) ? TimeSpan.FromSeconds(heap.PauseSeconds) : null,
            MemoryLimitBytes = spec.ShowsLimits ? Known(spec.Limit) : null,
            HeapLimitBytes = spec.ShowsLimits && spec.Available < 0.99 * spec.Limit ? Known(spec.Available) : null,
            TotalAvailableMemoryBytes = Has(Columns.Container) && spec.ShowsLimits ? Known(spec.Available) : null,
            ContainerUsageBytes = Has(Columns.Container) && double.IsFinite(spec.Limit) ? (long)(anonymous + 4e6) : null,
            NativeAllocatedBytes = Has(Columns.Malloc) ? (long)_malloc : null,
            NativeFreeBytes = Has(Columns.Malloc) ? (long)_mallocFree : null,
            TimerCount = Has(Columns.Counters) ? (long)_timers : null,
            AssemblyCount = Has(Columns.Counters) ? (long)_assemblies : null,
            FinalizerLag = Has(Columns.Counters) ? TimeSpan.FromSeconds(_lag) : null,
            LoadTotal = Has(Columns.LoadTotal) ? _load : null,
        };
    }
}
