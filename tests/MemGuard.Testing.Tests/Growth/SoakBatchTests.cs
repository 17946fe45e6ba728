namespace MemGuard.Testing.Tests.Growth;

public sealed class SoakBatchTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(1);

    [Fact]
    public void Calls_QuickOnes_AreAHundredthOfTheBudget()
    {
        SoakBatch batch = new(20_000, Budget);
        batch.Adapt(3, TimeSpan.FromMilliseconds(0.01));

        Assert.Equal(200, batch.Calls);
    }

    [Fact]
    public void Calls_ThatBecomeSlowAfterAQuickStart_StillGiveAHundredPointsInTheTime()
    {
        SoakBatch batch = new(20_000, Budget);
        batch.Adapt(3, TimeSpan.Zero);
        batch.Adapt(200, TimeSpan.FromSeconds(2.4));

        // 12 ms a call: of the 480 ms between two points.
        Assert.Equal(40, batch.Calls);
    }

    [Fact]
    public void Calls_AfterASingleSlowBatch_BecomeManyAgain()
    {
        SoakBatch batch = new(20_000, Budget);
        batch.Adapt(200, TimeSpan.FromMinutes(5));
        Assert.Equal(1, batch.Calls);
        batch.Adapt(1, TimeSpan.FromMicroseconds(20));

        Assert.Equal(200, batch.Calls);
    }
}
