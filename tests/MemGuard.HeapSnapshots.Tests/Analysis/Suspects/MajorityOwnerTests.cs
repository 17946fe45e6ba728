using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class MajorityOwnerTests
{
    [Theory]
    [InlineData(8, 2, "A")]
    [InlineData(7, 3, "(one of A | B)")]
    [InlineData(5, 5, "(one of A | B)")]
    public void Find_TwoOwners_IsTheOneOfFourFifthsOrBoth(int a, int b, string expected) => Assert.Equal(expected, MajorityOwner.Find([.. Repeat("A", a), .. Repeat("B", b)]));

    [Fact]
    public void Find_FewOfManyOwners_AreLeftOut() =>
        Assert.Equal("(one of A | B)", MajorityOwner.Find([.. Repeat("A", 60), .. Repeat("B", 31), .. Repeat("C", 9)]));

    [Fact]
    public void Find_ManyOwners_NamesThree() =>
        Assert.Equal("(one of A | B | C)", MajorityOwner.Find([.. Repeat("A", 4), .. Repeat("B", 3), .. Repeat("C", 2), .. Repeat("D", 1)]));

    [Theory]
    [InlineData(8, 2)]
    [InlineData(7, 3)]
    public void Find_MostHaveNone_IsNobody(int none, int some) => Assert.Equal("", MajorityOwner.Find([.. Repeat("", none), .. Repeat("A", some)]));

    [Fact]
    public void Find_Nothing_IsNobody() => Assert.Equal("", MajorityOwner.Find([]));

    private static IEnumerable<string> Repeat(string owner, int times) => Enumerable.Repeat(owner, times);
}
