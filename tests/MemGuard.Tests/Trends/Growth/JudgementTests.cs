using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class JudgementTests
{
    [Theory]
    [InlineData(30, 90, 0.25)]
    [InlineData(30, 0, 1)]
    [InlineData(30, -20, 1)]
    [InlineData(30, double.PositiveInfinity, 0)]
    [InlineData(0, 90, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(-30, 90, 0)]
    public void Urgency_Growth_IsItsShareOfWhatThereWas(double growth, double headroom, double urgency) =>
        Assert.Equal(urgency, Judgement.Urgency(growth, headroom));

    [Theory]
    [InlineData(3, 2, 1.5)]
    [InlineData(-3, 2, -1.5)]
    [InlineData(3, 0, double.PositiveInfinity)]
    [InlineData(3, -2, double.PositiveInfinity)]
    [InlineData(0, 0, 0)]
    [InlineData(0, -2, 0)]
    [InlineData(-3, 0, 0)]
    [InlineData(-3, -2, 0)]
    public void Ratio_OnlyTheLaterSlopeRises_IsInfinite(double later, double earlier, double ratio) =>
        Assert.Equal(ratio, Judgement.Ratio(later, earlier));

    [Theory]
    [InlineData(110, 100, true)]
    [InlineData(102, 100, false)]
    [InlineData(90, 100, false)]
    public void IsNewHigh_Last_MustLieAboveTheHighestByMoreThanTheFactor(double last, double highest, bool isNewHigh)
    {
        GrowthEvidence evidence = new();

        Assert.Equal(isNewHigh, Judgement.IsNewHigh(last, highest, leastRatio: 1.02, ref evidence));
        Assert.Equal(last / highest, evidence.NewHighRatio);
    }

    [Fact]
    public void IsNewHigh_NothingBefore_IsOneWithoutAFigure()
    {
        GrowthEvidence evidence = new();

        Assert.True(Judgement.IsNewHigh(10, highest: 0, leastRatio: 1.02, ref evidence));
        Assert.Equal(double.NaN, evidence.NewHighRatio);
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2.1, false)]
    [InlineData(double.NaN, false)]
    public void IsBetween_Ends_BelongToIt(double value, bool isBetween) => Assert.Equal(isBetween, Judgement.IsBetween(value, 1, 2));
}
