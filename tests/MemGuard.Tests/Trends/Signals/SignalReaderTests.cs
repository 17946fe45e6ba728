using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class SignalReaderTests
{
    private readonly SignalReader _reader = new();

    [Fact]
    public void Read_SameFullCollection_CountsOnce()
    {
        Assert.Equal(10, Read(second: 1, index: 1).Live);

        Assert.Equal(double.NaN, Read(second: 2, index: 1).Live);
        Assert.Equal(10, Read(second: 3, index: 2).Live);
    }

    [Fact]
    public void Read_LoadCounterRestarts_KnowsNoLoad()
    {
        _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(1), LoadTotal = 100 });

        Assert.Equal(50, _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(3), LoadTotal = 200 }).Load);
        Assert.Equal(double.NaN, _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(4), LoadTotal = 5 }).Load);
    }

    private SampleSignals Read(int second, long index) =>
        _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(second), Gen2LiveBytes = 10, FullCollectionIndex = index });

    [Fact]
    public void Read_JobAllocatesFourTimesAsMuchAsTheRequests_IsLoadOfItsOwn()
    {
        SampleSignals signals = default;
        for (int minute = 0; minute <= 130; minute++)
        {
            double allocated = (60e6 * minute) + (180e6 * Math.Max(0, minute - 120));
            signals = _reader.Read(new MemorySample { Elapsed = TimeSpan.FromMinutes(minute), LoadTotal = 3000 * minute, TotalAllocatedBytes = (long)allocated });
            if (minute == 120)
            {
                Assert.Equal(50, signals.Load, 1.0);
            }
        }

        Assert.InRange(signals.Load, 130, 200);
        Assert.InRange(_reader.LoadOverUsual, 2, 4);
    }

    [Fact]
    public void Read_RequestsBecomeDearerWithinADay_DoNotExplainThemselves()
    {
        double allocated = 0;
        SampleSignals signals = default;
        for (int minute = 0; minute <= 1440; minute++)
        {
            allocated += 60e6 * (1 + (minute / 1440.0));
            signals = _reader.Read(new MemorySample { Elapsed = TimeSpan.FromMinutes(minute), LoadTotal = 3000 * minute, TotalAllocatedBytes = (long)allocated });
        }

        Assert.Equal(50, signals.Load, 1.0);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(100L, false)]
    public void Read_NoAnonymousMemory_IsTheWorkingSetAlone(long? anonymous, bool isAlone) =>
        Assert.Equal(isAlone, _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(1), WorkingSetBytes = 200, AnonymousBytes = anonymous }).IsWorkingSetOnly);

    [Fact]
    public void Read_FullCollectionWithoutAnIndex_IsNewWhereItsSizesAre()
    {
        Assert.Equal(10, Sized(second: 1, live: 10, collections: 1).Live);

        Assert.Equal(double.NaN, Sized(second: 2, live: 10, collections: 1).Live);
        Assert.Equal(11, Sized(second: 3, live: 11, collections: 2).Live);
        Assert.Equal(11, Sized(second: 4, live: 11, collections: 2, fragmented: 7).Live);
    }

    // The count moves up to 144 ms before the sizes do.
    [Fact]
    public void Read_FullCollectionLeftTheSameSizes_CountsOneSampleLater()
    {
        Sized(second: 1, live: 10, collections: 1);

        Assert.Equal(double.NaN, Sized(second: 2, live: 10, collections: 2).Live);
        Assert.Equal(10, Sized(second: 3, live: 10, collections: 2).Live);
        Assert.Equal(double.NaN, Sized(second: 4, live: 10, collections: 2).Live);
    }

    [Fact]
    public void Read_NoColumnForTheLiveHeap_IsTheHeapAfterAFullCollectionLessItsHoles()
    {
        _reader.Read(new MemorySample { HeapSizeBytes = 100, FragmentedBytes = 30, Gen2CollectionCount = 1 });

        Assert.Equal(double.NaN, Next(new MemorySample { HeapSizeBytes = 90, Gen2CollectionCount = 1 }).Live);
        Assert.Equal(60, Next(new MemorySample { HeapSizeBytes = 90, FragmentedBytes = 30, Gen2CollectionCount = 2 }).Live);
    }

    [Theory]
    [InlineData(2, 2L, 90)]
    [InlineData(1, 2L, double.NaN)]
    [InlineData(2, 1L, double.NaN)]
    public void Read_GenerationOfTheNewestCollection_TellsAFullOne(int generation, long index, double live)
    {
        _reader.Read(new MemorySample { HeapSizeBytes = 100, GCGeneration = 2, GCIndex = 1 });

        Assert.Equal(live, Next(new MemorySample { HeapSizeBytes = 90, GCGeneration = generation, GCIndex = index }).Live);
    }

    [Fact]
    public void Read_RecordingTellsNothingOfFullCollections_TheHeapIsTheFloor()
    {
        SampleSignals signals = _reader.Read(new MemorySample { HeapSizeBytes = 100 });

        Assert.Equal((double.NaN, 100), (signals.Live, signals.Floor));
    }

    [Fact]
    public void Read_FullCollectionsAreTold_OnlyTheLiveHeapIsTheFloor()
    {
        Read(second: 1, index: 1);

        Assert.Equal(double.NaN, Next(new MemorySample { HeapSizeBytes = 100 }).Floor);
    }

    [Theory]
    [InlineData(100L, 1L, double.NaN)]
    [InlineData(100L, 2L, 100)]
    [InlineData(90L, 1L, 90)]
    public void Read_Heap_IsNewAfterACollection(long size, long index, double heap)
    {
        _reader.Read(new MemorySample { HeapSizeBytes = 100, GCIndex = 1 });

        Assert.Equal(heap, Next(new MemorySample { HeapSizeBytes = size, GCIndex = index }).Heap);
    }

    [Fact]
    public void Read_NoCollectionKnown_TheHeapIsWhatIsInUse()
    {
        Assert.Equal(50, _reader.Read(new MemorySample { TotalMemoryBytes = 50 }).Heap);
        Assert.Equal(double.NaN, Next(new MemorySample { HeapSizeBytes = 0, TotalMemoryBytes = 50 }).Heap);
    }

    [Theory]
    [InlineData(70L, 500L, 100L, 70)]
    [InlineData(null, 500L, 100L, 400)]
    [InlineData(null, 100L, 500L, double.NaN)]
    [InlineData(null, null, 100L, double.NaN)]
    public void Read_OutsideTheHeap_IsTheSamplersFigureOrAnEstimate(long? unmanaged, long? anonymous, long committed, double expected) =>
        Assert.Equal(expected, _reader.Read(new MemorySample { UnmanagedBytes = unmanaged, AnonymousBytes = anonymous, TotalCommittedBytes = committed }).Unmanaged);

    [Fact]
    public void Read_HeapInUseBeyondWhatIsCommitted_IsNotOutsideIt() =>
        Assert.Equal(200, _reader.Read(new MemorySample { AnonymousBytes = 500, TotalCommittedBytes = 100, TotalMemoryBytes = 300 }).Unmanaged);

    [Fact]
    public void Read_AllocatorKeepsSomeFree_IsNoGrowth() =>
        Assert.Equal(300, _reader.Read(new MemorySample { AnonymousBytes = 500, TotalCommittedBytes = 100, NativeFreeBytes = 100 }).Unmanaged);

    [Fact]
    public void Read_Limits_AreInfiniteWhereNoneIsKnown()
    {
        SampleSignals none = _reader.Read(new MemorySample { MemoryLimitBytes = 0 });
        SampleSignals all = Next(new MemorySample { MemoryLimitBytes = 10, TotalAvailableMemoryBytes = 20, HeapLimitBytes = 30 });

        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity), (none.Limit, none.MachineMemory, none.HeapLimit));
        Assert.Equal((10, 20, 20), (all.Limit, all.MachineMemory, all.HeapLimit));
    }

    [Theory]
    [InlineData(80L, 90L, 70L, 80)]
    [InlineData(null, 90L, 70L, 90)]
    [InlineData(0L, 90L, 70L, 90)]
    [InlineData(null, null, 70L, 70)]
    [InlineData(null, null, null, double.NaN)]
    public void Read_ManagedHeap_IsTheBestFigureThereIs(long? heap, long? committed, long? live, double managed) =>
        Assert.Equal(managed, _reader.Read(new MemorySample { HeapSizeBytes = heap, TotalCommittedBytes = committed, Gen2LiveBytes = live }).Managed);

    [Theory]
    [InlineData(60L, 60)]
    [InlineData(0L, double.NaN)]
    [InlineData(null, double.NaN)]
    public void Read_AllocatorsFigure_IsTheSecondOpinionWhereItSaysAnything(long? allocated, double inUse) =>
        Assert.Equal(inUse, _reader.Read(new MemorySample { NativeAllocatedBytes = allocated }).NativeInUse);

    [Fact]
    public void Read_SamplesDoNotCountFullCollections_CountsThoseItSaw()
    {
        Assert.Equal(1, Read(second: 1, index: 1).Collections);
        Assert.Equal(2, Read(second: 2, index: 2).Collections);
        Assert.Equal(9, Next(new MemorySample { Gen2CollectionCount = 9 }).Collections);
    }

    [Fact]
    public void Read_Fragmentation_IsThatOfTheNewFullCollection()
    {
        Assert.Equal(4, Sized(second: 1, live: 10, collections: 1, fragmented: 4).Fragmented);
        Assert.Equal(double.NaN, Sized(second: 2, live: 10, collections: 1, fragmented: 4).Fragmented);
    }

    [Fact]
    public void Read_NoCounterOfLoad_IsWhatIsAllocated()
    {
        _reader.Read(new MemorySample { TotalAllocatedBytes = 100 });

        Assert.Equal(50, _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(2), TotalAllocatedBytes = 200 }).Load);
    }

    [Fact]
    public void Read_CounterOfLoadIsLate_IsNotMixedWithBytes()
    {
        _reader.Read(new MemorySample { TotalAllocatedBytes = 100 });
        _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(1), TotalAllocatedBytes = 200, LoadTotal = 10 });

        Assert.Equal(double.NaN, _reader.Read(new MemorySample { Elapsed = TimeSpan.FromSeconds(2), TotalAllocatedBytes = 300 }).Load);
    }

    private SampleSignals Sized(int second, long live, long collections, long fragmented = 3) => _reader.Read(new MemorySample
    {
        Elapsed = TimeSpan.FromSeconds(second),
        Gen2LiveBytes = live,
        Gen2FragmentedBytes = fragmented,
        Gen2CollectionCount = collections,
    });

    private SampleSignals Next(MemorySample sample) => _reader.Read(sample with { Elapsed = TimeSpan.FromSeconds(100) });
}
