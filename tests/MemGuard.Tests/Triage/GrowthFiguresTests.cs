using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Triage;

public class GrowthFiguresTests
{
    [Theory]
    [InlineData(100, false)]
    [InlineData(110, false)]
    [InlineData(111, true)]
    [InlineData(90, false)]
    [InlineData(89, true)]
    public void DiffersFrom_PresentRate_IsNoteworthyBeyondATenth(double presentPerHour, bool differs) =>
        Assert.Equal(differs, new GrowthFigures(0, 100, TimeSpan.FromHours(1), 100).DiffersFrom(presentPerHour));

    [Fact]
    public void DiffersFrom_LevelThatFalls_ComparesWithoutTheSign() =>
        Assert.False(new GrowthFigures(100, 0, TimeSpan.FromHours(1), -100).DiffersFrom(-105));

    [Fact]
    public void Of_WindowWithoutLength_TakesTheSlope()
    {
        MemoryTrend trend = new() { Series = MemorySeries.Heap, Start = 1, End = 3, Window = TimeSpan.Zero, PerHour = 7, PerHourLow = 6, PerHourHigh = 8, Confidence = 1 };

        Assert.Equal(new GrowthFigures(1, 3, TimeSpan.Zero, 7), GrowthFigures.Of(new GrowthFact(GrowthStage.Suspected, GrowthRule.Slow, trend, null)));
    }
}
