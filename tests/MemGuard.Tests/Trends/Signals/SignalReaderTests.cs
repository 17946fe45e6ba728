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
}
