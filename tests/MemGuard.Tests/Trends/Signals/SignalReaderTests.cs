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
}
