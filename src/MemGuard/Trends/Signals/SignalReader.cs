using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Derives the signals of a sample, remembering just enough of the sample before to know what is new.</summary>
internal sealed class SignalReader
{
    private MemorySample _previous;
    private bool _hasPrevious;
    private bool _tellsFullCollections;
    private bool _hasLoadSignal;

    /// <summary>Full collections seen, for samples that do not count them.</summary>
    private long _fullCollections;

    /// <summary>A full collection was counted but its sizes have not been seen to change yet.</summary>
    private bool _fullPending;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SampleSignals Read(in MemorySample sample)
    {
        SampleSignals signals = new()
        {
            Time = sample.Elapsed.TotalSeconds,
            Live = double.NaN,
            Fragmented = double.NaN,
            Heap = HeapAfterNewCollection(sample),
            Unmanaged = Unmanaged(sample),
            NativeInUse = sample.NativeAllocatedBytes is long used and > 0 ? used : double.NaN,
            Load = Load(sample),
            Managed = sample.HeapSizeBytes is long size and > 0 ? size : sample.TotalCommittedBytes ?? sample.Gen2LiveBytes ?? double.NaN,
            Collections = double.NaN,
            Usage = MemoryUsage.Of(sample).UsedBytes ?? double.NaN,
            Limit = Positive(sample.MemoryLimitBytes),
            MachineMemory = Positive(sample.TotalAvailableMemoryBytes),
            HeapLimit = Math.Min(Positive(sample.HeapLimitBytes), Positive(sample.TotalAvailableMemoryBytes)),
        };

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
        _previous = sample;
        _hasPrevious = true;
        return signals;
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

    private double Load(in MemorySample sample)
    {
        double seconds = (sample.Elapsed - _previous.Elapsed).TotalSeconds;
        if (!_hasPrevious || seconds <= 0)
        {
            return double.NaN;
        }

        // One unit for good: a signal that is late must not be mixed with bytes.
        _hasLoadSignal |= sample.LoadTotal is not null;
        double done = _hasLoadSignal
            ? sample.LoadTotal - _previous.LoadTotal ?? double.NaN
            : (sample.TotalAllocatedBytes - _previous.TotalAllocatedBytes) ?? double.NaN;

        // A counter that restarted tells nothing about this interval.
        return done >= 0 ? done / seconds : double.NaN;
    }

    private static double Positive(long? value) => value is long known and > 0 ? known : double.PositiveInfinity;
}
