using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class AddressIndexTests
{
    [Fact]
    public void Find_RandomAddresses_NumbersThemInAscendingOrder()
    {
        Random random = new(7);
        ulong[] addresses = [.. Enumerable.Range(0, 20_000).Select(_ => (ulong)random.NextInt64(1, 1L << 33) & ~7UL).Append(0x7FFF_FFFF_FFF8UL).Append(0UL).Distinct()];
        using AddressIndex index = new();
        foreach (ulong address in addresses)
        {
            index.Add(address);
        }

        index.Freeze();

        ulong[] sorted = [.. addresses.Order()];
        Assert.Equal((uint)sorted.Length, index.Count);
        for (int i = 0; i < sorted.Length; i++)
        {
            Assert.Equal((uint)i, index.Find(sorted[i]));
            Assert.Equal(sorted[i], index.AddressOf((uint)i));
            Assert.Equal((uint)i, index.FindAtOrBefore(sorted[i] + 4));
        }
    }

    [Fact]
    public void Find_UnknownAddress_IsNotFound()
    {
        using AddressIndex index = new();
        index.Add(0x1000);
        index.Freeze();

        Assert.Equal(AddressIndex.NotFound, index.Find(0x1008));
        Assert.Equal(AddressIndex.NotFound, index.Find(0x1004));
        Assert.Equal(AddressIndex.NotFound, index.Find(0x7000_0000_0000));
        Assert.Equal(AddressIndex.NotFound, index.Find(ulong.MaxValue));
        Assert.Equal(AddressIndex.NotFound, index.FindAtOrBefore(0xFF8));
    }

    [Fact]
    public void Add_AddressBeyond48Bits_IsReported()
    {
        using AddressIndex index = new();

        index.Add(1UL << 50);

        Assert.True(index.HasForeignAddress);
    }

    [Fact]
    public void Add_Twice_CountsOnce()
    {
        using AddressIndex index = new();
        index.Add(0x2000);
        index.Add(0x2000);
        index.Freeze();

        Assert.Equal(1u, index.Count);
    }
}
