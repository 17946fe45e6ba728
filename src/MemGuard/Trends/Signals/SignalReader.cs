using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Derives the signals of a sample, remembering just enough of the sample before to know what is new.</summary>
internal sealed class SignalReader
{
    /// <summary>Two hours: longer than most jobs, shorter than most leaks.</summary>
    private const double UsualSeconds = 7200;

    /// <summary>Nothing is usual before half an hour.</summary>
    private const double LeastUsualSeconds = 1800;

    /// <summary>The load of the last half minute is the newest.</summary>
    private const double RecentSeconds = 30;

    /// <summary>What is allocated over what the work usually takes, from where on it is work of its own.</summary>
    private const double JobRatio = 1.5;

    private MemorySample _previous;
    private bool _hasPrevious;
    private bool _tellsFullCollections;
    private bool _hasLoadSignal;

    /// <summary>Of the last hours, bytes allocated and work counted a second: their ratio makes one unit of both.</summary>
    private double _usualAllocation;
    private double _usualWork;
    private double _usualSeconds;

    /// <summary>Full collections seen, for samples that do not count them.</summary>
    private long _fullCollections;

    /// <summary>A full collection was counted but its sizes have not been seen to change yet.</summary>
    private bool _fullPending;

    /// <summary>The newest load over that of the last hours, at least 1; 1 before half an hour of them is known.</summary>
    public double LoadOverUsual { get; private set; } = 1;

    [MethodImpl(EverySample.Compiled)]
    public SampleSignals Read(in MemorySample sample)
    {
        SampleSignals signals = new()
        {
            Time = sample.Elapsed.TotalSeconds,
            Live = double.NaN,
            Fragmented = double.NaN,
            Heap = HeapAfterNewCollection(sample),
            Unmanaged = Unmanaged(sample),
            IsWorkingSetOnly = sample.AnonymousBytes is null,
            NativeInUse = sample.NativeAllocatedBytes is long used and > 0 ? used : double.NaN,
            Load = Load(sample),
            Managed = sample.HeapSizeBytes is long size and > 0 ? size : sample.TotalCommittedBytes ?? sample.Gen2LiveBytes ?? double.NaN,
            Collections = double.NaN,
            Usage = MemoryUsage.Of(sample).UsedBytes ?? double.NaN,
            Limit = Positive(sample.MemoryLimitBytes),
            MachineMemory = Positive(sample.TotalAvailableMemoryBytes),
            HeapLimit = Math.Min(Positive(sample.HeapLimitBytes), Positive(sample.TotalAvailableMemoryBytes)),
        };
        AddFullCollection(sample, ref signals);
        _previous = sample;
        _hasPrevious = true;
        return signals;
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void AddFullCollection(in MemorySample sample, ref SampleSignals signals)
    {
        if (sample.Gen2LiveBytes is long live and > 0 && HasNewFullCollection(sample))
        {
            signals.Live = live;
            _fullCollections++;
            signals.Fragmented = sample.Gen2FragmentedBytes is long fragmented and >= 0 ? fragmented : double.NaN;
        }
        else if (sample.Gen2LiveBytes is null && HasUnreportedFullCollection(sample))
        {
            signals.Live = Math.Max(1, sample.HeapSizeBytes!.Value - (sample.FragmentedBytes ?? 0));
            _fullCollections++;
        }

        _tellsFullCollections |= (sample.Gen2LiveBytes ?? sample.Gen2CollectionCount ?? sample.GCGeneration) is not null;
        signals.Floor = _tellsFullCollections ? signals.Live : signals.Heap;
        signals.Collections = sample.Gen2CollectionCount ?? _fullCollections;
    }

    /// <summary>A recording without a column for the live heap: the newest collection of any kind was a full one.</summary>
    private bool HasUnreportedFullCollection(in MemorySample sample)
    {
        if (!_hasPrevious || sample.HeapSizeBytes is not > 0)
        {
            return false;
        }

        return sample.GCGeneration is int generation
            ? generation == 2 && sample.GCIndex != _previous.GCIndex
            : sample.Gen2CollectionCount > _previous.Gen2CollectionCount;
    }

    private bool HasNewFullCollection(in MemorySample sample)
    {
        if (!_hasPrevious || _previous.Gen2LiveBytes is null)
        {
            return true;
        }

        if (sample.FullCollectionIndex is long index && _previous.FullCollectionIndex is long previousIndex)
        {
            return index != previousIndex;
        }

        if (sample.Gen2LiveBytes != _previous.Gen2LiveBytes || sample.Gen2FragmentedBytes != _previous.Gen2FragmentedBytes)
        {
            _fullPending = false;
            return true;
        }

        // The count moves up to 144 ms before the sizes do: an unchanged size counts one sample later.
        bool isRepeat = _fullPending;
        _fullPending = sample.Gen2CollectionCount > _previous.Gen2CollectionCount;
        return isRepeat;
    }

    private double HeapAfterNewCollection(in MemorySample sample)
    {
        if (sample.HeapSizeBytes is not (long size and > 0))
        {
            // No collection yet, or no such column: the heap now, garbage included, whose lower envelope is as good.
            return sample.HeapSizeBytes is null && sample.TotalMemoryBytes is long total and > 0 ? total : double.NaN;
        }

        bool isNew = !_hasPrevious
            || sample.HeapSizeBytes != _previous.HeapSizeBytes
            || sample.GCIndex != _previous.GCIndex;
        return isNew ? size : double.NaN;
    }

    private static double Unmanaged(in MemorySample sample)
    {
        // The sampler's own figure is the better one: it is calibrated by page scans. Below zero the estimate says nothing, not "none".
        double unmanaged = sample.UnmanagedBytes ?? Estimate(sample);

        // What the allocator keeps free is no growth.
        unmanaged -= Math.Max(0, sample.NativeFreeBytes ?? 0);
        return unmanaged > 0 ? unmanaged : double.NaN;
    }

    private static double Estimate(in MemorySample sample)
    {
        double resident = sample.AnonymousBytes ?? sample.WorkingSetBytes ?? double.NaN;
        double managed = Math.Max(sample.TotalCommittedBytes ?? double.NegativeInfinity, sample.TotalMemoryBytes ?? double.NegativeInfinity);
        double estimate = resident - managed;
        return double.IsFinite(estimate) ? estimate : double.NaN;
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private double Load(in MemorySample sample)
    {
        double seconds = (sample.Elapsed - _previous.Elapsed).TotalSeconds;
        if (!_hasPrevious || seconds <= 0)
        {
            return double.NaN;
        }

        // One unit for good: a signal that is late must not be mixed with bytes.
        _hasLoadSignal |= sample.LoadTotal is not null;
        double allocated = Rate(sample.TotalAllocatedBytes - _previous.TotalAllocatedBytes, seconds);
        double work = _hasLoadSignal ? Rate(sample.LoadTotal - _previous.LoadTotal, seconds) : allocated;
        if (double.IsNaN(work) || double.IsNaN(allocated))
        {
            return work;
        }

        // A mean that forgets within hours: a leak that makes each request dearer moves it along, and does not explain itself away.
        _usualSeconds = Math.Min(UsualSeconds, _usualSeconds + seconds);
        double weight = 1 - Math.Exp(-seconds / _usualSeconds);
        _usualAllocation += weight * (allocated - _usualAllocation);
        _usualWork += weight * (work - _usualWork);
        double load = Larger(work, allocated);
        double over = _usualWork > 0 && _usualSeconds >= LeastUsualSeconds ? Math.Max(1, load / _usualWork) : 1;
        LoadOverUsual += (over - LoadOverUsual) * (1 - Math.Exp(-seconds / RecentSeconds));
        return load;
    }

    /// <summary>The work counted or, where far more is allocated than so much work usually takes, the work that would take as much: jobs are no requests.</summary>
    private double Larger(double work, double allocated)
    {
        double asWork = _usualAllocation > 0 ? allocated * _usualWork / _usualAllocation : 0;
        return asWork > JobRatio * work ? asWork : work;
    }

    // A counter that restarted tells nothing about this interval.
    private static double Rate(double? done, double seconds) => done >= 0 ? done.Value / seconds : double.NaN;

    private static double Positive(long? value) => value is long known and > 0 ? known : double.PositiveInfinity;
}
