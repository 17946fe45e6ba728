using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class EndingTests
{
    [Theory]
    [InlineData(10, 20, "other")]
    [InlineData(20, 10, "one")]
    public void Later_TwoEndings_IsTheLater(double one, double other, string because) =>
        Assert.Equal(because, Ending.Later(new Ending(one, "one"), new Ending(other, "other")).Because);

    [Fact]
    public void Later_OnlyOneHasEnded_IsThat()
    {
        Assert.Equal("one", Ending.Later(new Ending(1, "one"), new Ending(5, null)).Because);
        Assert.Equal("other", Ending.Later(new Ending(5, null), new Ending(1, "other")).Because);
    }
}
