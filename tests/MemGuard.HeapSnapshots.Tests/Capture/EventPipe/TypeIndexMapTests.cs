using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Capture;

public sealed class TypeIndexMapTests
{
    private readonly TypeIndexMap _map = new();

    [Fact]
    public void GetOrAdd_SameType_HasTheSameNumber()
    {
        Assert.Equal([0, 0, 1, 0, 1], new ulong[] { 0xA0, 0xA0, 0xB0, 0xA0, 0xB0 }.Select(_map.GetOrAdd));
        Assert.Equal([0xA0UL, 0xB0UL], _map.Ids);
    }

    [Fact]
    public void GetOrAdd_MoreThanItHasRoomFor_KeepsAllNumbers()
    {
        for (int i = 0; i < 20_000; i++)
        {
            Assert.Equal(i, _map.GetOrAdd(0x7F00_0000_0000 + ((ulong)i * 8)));
        }

        Assert.All(Enumerable.Range(0, 20_000), i => Assert.Equal(i, _map.GetOrAdd(0x7F00_0000_0000 + ((ulong)i * 8))));
        Assert.Equal(20_000, _map.Ids.Count);
    }

    // No type has it, but a damaged row may.
    [Fact]
    public void GetOrAdd_Zero_IsOneType() => Assert.Equal([0, 1, 0, 1], new ulong[] { 0, 0xA0, 0, 0xA0 }.Select(_map.GetOrAdd));
}
