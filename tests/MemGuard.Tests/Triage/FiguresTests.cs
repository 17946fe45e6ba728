using MemGuard.Triage;

namespace MemGuard.Tests.Triage;

public class FiguresTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(9.4, "9 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(599, "10 min")]
    [InlineData(600, "10 min")]
    [InlineData(7199, "120 min")]
    [InlineData(7200, "2.0 h")]
    [InlineData(36_000, "10 h")]
    [InlineData(172_799, "48 h")]
    [InlineData(172_800, "2.0 days")]
    [InlineData(864_000, "10 days")]
    public void Duration_Seconds_AreWrittenInTheUnitThatReadsBest(double seconds, string text) =>
        Assert.Equal(text, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Range_EndsInOtherUnits_AreWrittenInThatOfTheBestValue() =>
        Assert.Equal("3.0 h (1.5–72)", Figures.Range(TimeSpan.FromHours(3), TimeSpan.FromMinutes(90), TimeSpan.FromDays(3)));

    [Fact]
    public void Range_NoUpperEnd_IsOpen() =>
        Assert.Equal("66 min (52–?)", Figures.Range(TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), null));
}
