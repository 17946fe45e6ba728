using System.Diagnostics;
using System.Runtime.CompilerServices;
using MemGuard.Containers;
using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>
/// Takes one reading of the process's memory. Costs a few microseconds and no garbage, or at most 864 bytes when a collection
/// happened since the last reading.
/// </summary>
/// <remarks>Has no thread of its own and is not safe for use by several at once. A source that fails leaves its values unknown.</remarks>
internal sealed partial class MemorySampler : IDisposable
{
    /// <summary>How often the collections' records are read though no counter moved.</summary>
    private static readonly TimeSpan RecordRefresh = TimeSpan.FromSeconds(30);

    private readonly SamplingSettings _settings;
    private readonly SampleClock _clock;
    private readonly IGCCounters _counters;
    private readonly GCTracker _collections;
    private readonly IProcessMemory _process;
    private readonly ContainerReader _container;
    private readonly LoadReader? _load;
    private readonly SlowTier? _slow;
    private readonly UnmanagedCalibration _unmanaged = new();
    private readonly InternalFaults _faults;
    private readonly long? _heapHardLimitBytes;
    private TimeSpan _recordsReadAt;

    /// <summary>Creates a sampler over the given seams.</summary>
    /// <param name="settings">Limit and load.</param>
    /// <param name="clock">Gives the samples their times.</param>
    /// <param name="counters">The runtime's counters.</param>
    /// <param name="process">The resident memory.</param>
    /// <param name="container">The container.</param>
    /// <param name="slow">The readings that are too dear for every sample; null for none.</param>
    /// <param name="faults">Hears of each source that fails.</param>
    public MemorySampler(
        SamplingSettings settings,
        SampleClock clock,
        IGCCounters counters,
        IProcessMemory process,
        ContainerReader container,
        SlowTier? slow,
        InternalFaults faults)
    {
        _settings = settings;
        _clock = clock;
        _counters = counters;
        _collections = new GCTracker(counters);
        _process = process;
        _container = container;
        _load = settings.LoadSignal is { } signal ? new LoadReader(signal, faults) : null;
        _slow = slow;
        _faults = faults;
        _heapHardLimitBytes = counters.HeapHardLimitBytes;
    }

    /// <summary>A sampler of this process, with the best sources that the system has.</summary>
    /// <param name="settings">Limit and load.</param>
    /// <param name="timeProvider">Gives the samples their times.</param>
    /// <param name="faults">Hears of each source that fails.</param>
    /// <param name="counters">The runtime's counters; the real ones unless a benchmark scripts them.</param>
    public static MemorySampler Create(SamplingSettings settings, TimeProvider timeProvider, InternalFaults faults, IGCCounters? counters = null)
    {
        bool isLinux = OperatingSystem.IsLinux();
        SystemFiles files = SystemFiles.Instance;
        IContainerMemory container = isLinux ? new CgroupMemory(files, GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes) : new NoContainer();
        LedgerReader? ledger = isLinux ? new LedgerReader(files, new HeapPages(files), INativeHeap.OfProcess(), timeProvider) : null;
        return new MemorySampler(
            settings,
            new SampleClock(timeProvider, ProcessAge.Read(files, timeProvider)),
            counters ?? new GCCounters(),
            isLinux ? new LinuxProcessMemory(files, Environment.SystemPageSize) : new FrameworkProcessMemory(),
            new ContainerReader(container, faults, timeProvider),
            new SlowTier(ledger, static () => AppDomain.CurrentDomain.GetAssemblies().Length, faults, timeProvider),
            faults);
    }

    /// <summary>The container as last read in full; null before, and when that failed. For the sampler's thread.</summary>
    public ContainerDetails? Container => _container.Details;

    /// <summary>What cannot be known on this system, and why. Known after the first sample.</summary>
    public IEnumerable<(string What, string Reason)> Unknown => _slow?.Unknown ?? [];

    /// <summary>The load above which the garbage collector becomes aggressive, as of the last collection; 0 before the first. For the sampler's thread.</summary>
    public long HighMemoryLoadThresholdBytes => _collections.Any.HighMemoryLoadThresholdBytes;

    /// <summary>Where failures are counted and logged.</summary>
    public InternalFaults Faults => _faults;

    /// <summary>Takes a reading. Does not throw: what cannot be read is null.</summary>
    [MethodImpl(EverySample.Compiled)]
    public MemorySample Sample()
    {
        (TimeSpan elapsed, DateTimeOffset timestamp) = ReadClock();
        CounterReading counters = ReadCounters();
        UpdateCollections(elapsed);
        ProcessReading process = ReadProcess();
        _container.Update(elapsed, process.AnonymousBytes);
        MemorySample sample = WithCollections(Combine(elapsed, timestamp, counters, process));
        if (_slow is not null)
        {
            SlowReadings slow = _slow.Update(sample, (int)(counters.Gen0Count ?? 0), _unmanaged.WantsScan(sample));
            sample = WithSlow(sample, slow);
        }

        return WithContainer(sample);
    }

    /// <summary>Closes the kept files. A sample taken afterwards knows less.</summary>
    public void Dispose()
    {
        (_process as IDisposable)?.Dispose();
        _container.Dispose();
        _slow?.Dispose();
    }

    // Calls of their own, each with few copies of a sample: in one method they take the compiler half a megabyte.
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private MemorySample Combine(TimeSpan elapsed, DateTimeOffset timestamp, in CounterReading counters, in ProcessReading process)
    {
        return new MemorySample
        {
            Elapsed = elapsed,
            Timestamp = timestamp,
            TotalMemoryBytes = counters.TotalMemoryBytes,
            TotalAllocatedBytes = counters.TotalAllocatedBytes,
            Gen0CollectionCount = counters.Gen0Count,
            Gen1CollectionCount = counters.Gen1Count,
            Gen2CollectionCount = counters.Gen2Count,
            TotalPauseDuration = counters.TotalPauseDuration,
            TimerCount = counters.TimerCount,
            WorkingSetBytes = process.WorkingSetBytes,
            AnonymousBytes = process.AnonymousBytes,
            MemoryLimitBytes = Tightest(_settings.MemoryLimitBytes, _container.Details?.NearestLimitBytes),
            HeapLimitBytes = EffectiveHeapLimit(_collections.Any),
            LoadTotal = _load is not null ? _load.Read() : _settings.Requests?.Read(),
        };
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private MemorySample WithCollections(in MemorySample sample)
    {
        GCRecord any = _collections.Any;
        bool hasCollected = any.Index > 0;
        return sample with
        {
            GCIndex = any.Index,
            GCGeneration = hasCollected ? any.Generation : null,
            HeapSizeBytes = hasCollected ? any.HeapSizeBytes : null,
            FragmentedBytes = hasCollected ? any.FragmentedBytes : null,
            TotalCommittedBytes = hasCollected ? any.TotalCommittedBytes : null,
            TotalAvailableMemoryBytes = hasCollected ? any.TotalAvailableMemoryBytes : null,
            FullCollectionIndex = _collections.Full?.Index,
            Gen2LiveBytes = _collections.Full?.LiveBytes,
            Gen2FragmentedBytes = _collections.Full?.FragmentedBytes,
        };
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private MemorySample WithContainer(in MemorySample sample) => sample with
    {
        UnmanagedBytes = _unmanaged.Apply(sample),
        ContainerUsageBytes = _container.GetUsage(sample.MemoryLimitBytes, sample.AnonymousBytes),
        MemoryStallDuration = _container.Details?.StallDuration,
    };

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private static MemorySample WithSlow(in MemorySample sample, in SlowReadings slow)
    {
        MemoryLedger? ledger = slow.Ledger;
        bool isFresh = ledger?.Elapsed == sample.Elapsed;
        return sample with
        {
            // A scan is worth something beside values of the same moment only.
            GCResidentBytes = isFresh ? ledger?.GCHeapBytes : null,
            AnonymousBytes = isFresh ? ledger?.AnonymousBytes : sample.AnonymousBytes,
            SharedMemoryBytes = ledger?.SharedMemoryBytes,
            FileBytes = NotNegative(sample.WorkingSetBytes - sample.AnonymousBytes - ledger?.SharedMemoryBytes),
            NativeAllocatedBytes = ledger?.NativeAllocatedBytes,
            NativeFreeBytes = ledger?.NativeFreeBytes,
            Ledger = ledger,
            AssemblyCount = slow.AssemblyCount,
            FinalizerLag = slow.FinalizerLag,
        };
    }

    private static long? NotNegative(long? bytes) => bytes is long known ? Math.Max(0, known) : null;

    private static long? Tightest(long? configured, long? found) =>
        configured is null ? found : found is null ? configured : Math.Min(configured.Value, found.Value);

    // With a hard limit, what a collection reports as available is that limit, and it follows GC.RefreshMemoryLimit.
    private long? EffectiveHeapLimit(in GCRecord any) =>
        _heapHardLimitBytes is null ? null : any.TotalAvailableMemoryBytes > 0 ? any.TotalAvailableMemoryBytes : _heapHardLimitBytes;
}
