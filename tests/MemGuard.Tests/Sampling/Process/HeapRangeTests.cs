using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Sampling;

public sealed class HeapRangeTests
{
    // Card tables below, regions in the middle, arenas of malloc above: one run of unnamed maps without a gap.
    private const string RealMaps = """
        7f3588400000-7f3588401000 r--p 00000000 fe:00 332392                     /usr/lib/libicudata.so.72.1
        7f358b76f000-7f358b783000 rw-p 00000000 00:00 0 
        7f358b783000-7f358cef9000 ---p 00000000 00:00 0 
        7f358cef9000-7f358cf0d000 rw-p 00000000 00:00 0 
        7f358cf0d000-7f35a7000000 ---p 00000000 00:00 0 
        7f35a7000000-7f35a7011000 rw-p 00000000 00:00 0 
        7f35a7011000-7f35a9000000 ---p 00000000 00:00 0 
        7f35a9000000-7f35a9011000 rw-p 00000000 00:00 0 
        7f35a9011000-7f35abc00000 ---p 00000000 00:00 0 
        7f35abc00000-7f35abc01000 rw-p 00000000 00:00 0 
        7f35abc01000-7f416c000000 ---p 00000000 00:00 0 
        7f416c000000-7f416c021000 rw-p 00000000 00:00 0 
        7f416c021000-7f4170000000 ---p 00000000 00:00 0 
        7f4180175000-7f41801b6000 rw-p 00000000 00:00 0 

        """;

    private const ulong Reserved = 50553028608;

    [Fact]
    public void Find_NeighboursOnBothSides_LeavesThemOut()
    {
        Assert.Equal(new HeapRange(0x7f35a7000000, 0x7f416c000000), HeapRange.Find(Lines.Of(RealMaps), 0x7f35a9002210, Reserved));
    }

    [Fact]
    public void Find_LargeRegionAtTheUpperEnd_StillFindsBothEnds()
    {
        string maps = RealMaps.Replace(
            "7f35abc01000-7f416c000000 ---p 00000000 00:00 0 ",
            "7f35abc01000-7f4160000000 ---p 00000000 00:00 0 \n7f4160000000-7f416c000000 rw-p 00000000 00:00 0 ",
            StringComparison.Ordinal);

        Assert.Equal(new HeapRange(0x7f35a7000000, 0x7f416c000000), HeapRange.Find(Lines.Of(maps), 0x7f35a9002210, Reserved));
    }

    // The pinned objects' region is the first of all, and its map goes on below into the card tables.
    [Fact]
    public void Find_FirstRegionMergedWithWhatIsBelow_BeginsWithTheReservation()
    {
        const string Maps = """
            7fd4cf000000-7fd4cfedb000 r--s 00000000 fe:00 350922                     /usr/share/x.dll
            7fd4cffbf000-7fd4d0011000 rw-p 00000000 00:00 0 
            7fd4d0011000-7fd4d2000000 ---p 00000000 00:00 0 
            7fd4d2000000-7fd4d2021000 rw-p 00000000 00:00 0 
            7fd4d2021000-7fd4d2c00000 ---p 00000000 00:00 0 
            7fd4d2c00000-7fd4d2c16000 rw-p 00000000 00:00 0 
            7fd4d2c16000-7fd50c000000 ---p 00000000 00:00 0 
            7fd50c000000-7fd50c021000 rw-p 00000000 00:00 0 
            7fd50c021000-7fd510000000 ---p 00000000 00:00 0 

            """;

        HeapRange? range = HeapRange.Find(Lines.Of(Maps), 0x7fd4d2011cf0, 0x3c000000);

        Assert.Equal(new HeapRange(0x7fd4d0000000, 0x7fd50c000000), range);
        Assert.True(range!.Value.Contains(0x7fd4d0002030));
    }

    [Fact]
    public void Find_FirstRegion32MBBehindTheReservation_IsFound()
    {
        string maps = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Layouts", "heap-range-32MB.maps.txt"));

        Assert.Equal(new HeapRange(0x7f3f10000000, 0x7f3f20000000), HeapRange.Find(Lines.Of(maps), 0x7f3f12875d60, 0x10000000));
    }

    [Theory]
    [InlineData(RealMaps, 0x7f35a9002210UL, 0UL)]
    [InlineData(RealMaps, 0x7f3588400010UL, Reserved)]
    [InlineData(RealMaps, 0x7f0000000000UL, Reserved)]
    [InlineData(RealMaps, 0x7f35a9002210UL, 1UL << 60)]
    [InlineData("", 0x7f35a9002210UL, Reserved)]
    [InlineData("garbage\n-\n1-2\n", 1UL, Reserved)]
    public void Find_NothingFits_IsNull(string maps, ulong address, ulong reserved)
    {
        Assert.Null(HeapRange.Find(Lines.Of(maps), address, reserved));
    }
}
