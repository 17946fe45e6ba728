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
}
