using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Registry;

public sealed class PressureResponseTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(10, 0.1)]
    [InlineData(2, 0.5)]
    public void Update_SameTimeInMoreSteps_ShrinksAlike(int steps, double seconds)
    {
        PressureResponse response = new();
        for (int i = 0; i < steps; i++)
        {
            response.Update(0.95, TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(0.9, response.Ratio, 6);
    }

    [Fact]
    public void Update_AfterASuspend_ShrinksAFewStepsAtMost()
    {
        PressureResponse response = new();

        response.Update(0.99, TimeSpan.FromDays(1));

        Assert.InRange(response.Ratio, 0.5, 0.6);
    }

    [Fact]
    public void Update_BetweenTheThresholds_KeepsTheRatio()
    {
        PressureResponse response = new();
        response.Update(0.95, TimeSpan.FromSeconds(1));

        Assert.False(response.Update(0.85, TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(0.90, 0.9)]
    [InlineData(0.901, 0.81)]
    [InlineData(0.80, 0.9)]
    [InlineData(0.799, 0.92)]
    public void Update_AtTheThresholds_KeepsTheRatioAndBeyondThemMovesIt(double pressure, double ratio)
    {
        PressureResponse response = new();
        response.Update(0.95, TimeSpan.FromSeconds(1));

        bool hasChanged = response.Update(pressure, TimeSpan.FromSeconds(1));

        Assert.Equal(ratio, response.Ratio, 9);
        Assert.Equal(Math.Abs(ratio - 0.9) > 1e-9, hasChanged);
    }

    [Fact]
    public void Update_PressureThatStays_EndsAtAQuarter()
    {
        PressureResponse response = new();
        for (int i = 0; i < 10; i++)
        {
            response.Update(0.99, TimeSpan.FromSeconds(5));
        }

        Assert.Equal(0.25, response.Ratio);
        Assert.False(response.Update(0.99, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Update_PressureGone_EndsWhole()
    {
        PressureResponse response = new();
        response.Update(0.95, TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            response.Update(0.1, TimeSpan.FromSeconds(4));
        }

        Assert.Equal(1, response.Ratio);
    }

    [Fact]
    public void Update_ClockThatRanBack_ChangesNothing() => Assert.False(new PressureResponse().Update(0.99, TimeSpan.FromSeconds(-5)));

    [Fact]
    public void Release_Shrunk_IsWholeAtOnce()
    {
        PressureResponse response = new();
        response.Update(0.95, TimeSpan.FromSeconds(5));

        Assert.True(response.Release());
        Assert.Equal(1, response.Ratio);
        Assert.False(response.Release());
    }
}
