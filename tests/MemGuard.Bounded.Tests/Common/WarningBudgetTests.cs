namespace MemGuard.Bounded.Tests.Common;

public sealed class WarningBudgetTests
{
    [Fact]
    public void TryTake_MoreThanAllowedInAMinute_LetsThatManyThroughAndTheNextMinuteAgain()
    {
        WarningBudget budget = new(perMinute: 2);

        bool[] first = [budget.TryTake(60_000), budget.TryTake(60_001), budget.TryTake(119_999)];
        bool[] second = [budget.TryTake(120_000), budget.TryTake(120_000), budget.TryTake(120_000)];

        Assert.Equal([true, true, false], first);
        Assert.Equal([true, true, false], second);
    }

    [Fact]
    public void TryTake_ClockAtItsBeginning_LetsThemThrough()
    {
        WarningBudget budget = new(perMinute: 1);

        Assert.True(budget.TryTake(0));
        Assert.False(budget.TryTake(59_999));
        Assert.True(budget.TryTake(60_000));
    }
}
