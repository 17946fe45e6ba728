using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class ConfirmationCheckTests
{
    // 10 a second were suspected, and ten seconds lie between the readings: below a fifth of 100 is a plateau, when it is so twice.
    [Theory]
    [InlineData(19, true)]
    [InlineData(-50, true)]
    [InlineData(21, false)]
    public void IsPlateau_LessThanAFifthOfWhatWasForetold_IsOne(double rise, bool isPlateau) =>
        Assert.Equal(isPlateau, ConfirmationCheck.IsPlateau([0, 10, 20], [500, 500, 500 + rise], perSecond: 10, TrendRules.Default.Confirmation));

    [Fact]
    public void IsPlateau_OneSmallStepAfterALargeOne_IsNone() =>
        Assert.False(ConfirmationCheck.IsPlateau([0, 10, 20], [400, 500, 510], perSecond: 10, TrendRules.Default.Confirmation));

    [Theory]
    [InlineData(10, false)]
    [InlineData(60, true)]
    public void IsPlateau_OneSmallStep_IsOneOverAMinute(double seconds, bool isPlateau) =>
        Assert.Equal(isPlateau, ConfirmationCheck.IsPlateau([0, seconds], [500, 500], perSecond: 10, TrendRules.Default.Confirmation));

    [Fact]
    public void IsPlateau_ReadingsTooNear_SayNothing() =>
        Assert.False(ConfirmationCheck.IsPlateau([0, 10, 17], [500, 500, 500], perSecond: 10, TrendRules.Default.Confirmation));

    /// <summary>The time between two readings decides, not how old the process is.</summary>
    [Fact]
    public void IsPlateau_OneSmallStepAfterALargeOneInAnOldProcess_IsNone() =>
        Assert.False(ConfirmationCheck.IsPlateau([1000, 1010, 1020], [400, 500, 510], perSecond: 10, TrendRules.Default.Confirmation));

    [Theory]
    [InlineData(8, true)]
    [InlineData(7.9, false)]
    public void IsPlateau_ReadingsAsFarApartAsAsked_SaySomething(double seconds, bool isPlateau) =>
        Assert.Equal(isPlateau, ConfirmationCheck.IsPlateau([0, seconds, 2 * seconds], [500, 500, 500], perSecond: 10, TrendRules.Default.Confirmation));

    // A quarter of 100 in ten seconds.
    [Theory]
    [InlineData(25, false)]
    [InlineData(24.9, true)]
    public void IsPlateau_ShareOfWhatWasForetold_MustBeMissed(double rise, bool isPlateau) =>
        Assert.Equal(isPlateau, ConfirmationCheck.IsPlateau([0, 10, 20], [500, 500, 500 + rise], perSecond: 10, new ConfirmationRules { PlateauShare = 0.25 }));

    // 100 were foretold: at this level a quarter of it, or the hundredth that is noise.
    [Theory]
    [InlineData(0.25, 400, false)]
    [InlineData(0.25, 399, true)]
    [InlineData(0.01, 10_001, false)]
    [InlineData(0.01, 9_999, true)]
    public void IsPlateau_LittleWasForetold_IsNoise(double least, double level, bool isPlateau) =>
        Assert.Equal(isPlateau, ConfirmationCheck.IsPlateau([0, 10, 20], [level, level, level], perSecond: 10, new ConfirmationRules { PlateauLeastRatio = least }));

    [Fact]
    public void IsEnough_ShortTimeInAnOldProcess_IsNot() => Assert.False(ConfirmationCheck.IsEnough([1000, 1005, 1010, 1015], TrendRules.Default.Confirmation));
}
