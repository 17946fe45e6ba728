using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Sampling;

public sealed class HeapMapsTests
{
    private const string Smaps = """
        7f00-7f10 rw-p 00000000 00:00 0 
        Size:                 16 kB
        Rss:                  12 kB
        Anonymous:            12 kB
        VmFlags: rd wr
        8000-9000 rw-p 00000000 00:00 0 
        Rss:                   8 kB
        Anonymous:             8 kB
        9000-a000 ---p 00000000 00:00 0 
        Rss:                   0 kB
        Anonymous:             0 kB
        a000-b000 rw-p 00000000 00:00 0 
        Rss:                   4 kB
        Anonymous:             4 kB

        """;

    [Fact]
    public void SumResident_MapsInTheRange_AreSummed()
    {
        Assert.Equal(8 * 1024, HeapMaps.SumResident(Lines.Of(Smaps), new HeapRange(0x8000, 0xa000)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8000-9000 rw-p 00000000 00:00 0 \nRss: 8 kB\n")]
    [InlineData("8000-9000 rw-p 00000000 00:00 0 \nAnonymous: x kB\n")]
    [InlineData("8000-9000 rw-p 00000000 00:00 0 \nAnonymous: 8 MB\n")]
    [InlineData("8000-9000 rw-p 00000000 00:00 0 \nAnonymous: 99999999999999999 kB\n")]
    [InlineData("8000-9000 rw-p 00000000 00:00 0 \nAnonymous: 8 kB")]
    public void SumResident_Damaged_IsUnknown(string text)
    {
        Assert.Null(HeapMaps.SumResident(Lines.Of(text), new HeapRange(0x8000, 0xa000)));
    }
}
