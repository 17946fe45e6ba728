using MemGuard.Costs;

namespace MemGuard.Tests.Costs;

public sealed class CostBudgetTests
{
    private readonly CostBudget _budget = new();
    private TimeSpan _elapsed = TimeSpan.FromHours(1);
    private TimeSpan _used;

    [Fact]
    public void Update_DearFirstMinutes_AreNotJudged()
    {
        Run(TimeSpan.FromMinutes(2), percentage: 50);
        Run(TimeSpan.FromHours(1), percentage: 0.9);

        Assert.Equal(CostTier.Full, _budget.Tier);
    }

    [Fact]
    public void Update_AboveTheBudget_LowersAStepEveryFiveMinutes()
    {
        Assert.Equal([TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(12)], Run(TimeSpan.FromHours(10), percentage: 1.1));
        Assert.Equal(CostTier.FewerSamples, _budget.Tier);
        Assert.Equal(1.1, _budget.LastPercentage, 0.01);
    }

    [Fact]
    public void Update_BelowTheBudgetButNotWell_StaysWhereItIs()
    {
        Lower();

        Assert.Empty(Run(TimeSpan.FromHours(10), percentage: 0.6));
    }

    [Fact]
    public void Update_WellBelowForHalfAnHour_IsTakenBack()
    {
        Lower();

        TimeSpan raised = Assert.Single(Run(TimeSpan.FromHours(1), percentage: 0.2));

        Assert.Equal(TimeSpan.FromMinutes(30), raised);
        Assert.Equal(CostTier.Full, _budget.Tier);
    }

    [Fact]
    public void Update_DearAgainEachTimeItIsTakenBack_TriesEverMoreRarelyOnceADayAtLeast()
    {
        Lower();
        List<TimeSpan> calms = [];
        for (int i = 0; i < 8; i++)
        {
            calms.Add(Assert.Single(Run(TimeSpan.FromDays(1), percentage: 0.2, until: CostTier.Full)));
            Lower();
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 24, 24], calms.Select(static calm => calm.TotalHours));
    }

    [Fact]
    public void Update_NoBudgetOrUnknownTime_ChangesNothing()
    {
        for (int i = 0; i < 100; i++)
        {
            _elapsed += TimeSpan.FromMinutes(1);
            Assert.False(_budget.Update(_elapsed, _elapsed, percentage: null));
            Assert.False(new CostBudget().Update(_elapsed, used: null, percentage: 1));
        }
    }

    private void Lower() => Run(TimeSpan.FromMinutes(30), percentage: 5, until: CostTier.FewerReadings);

    /// <returns>How long after its beginning the tier changed.</returns>
    private List<TimeSpan> Run(TimeSpan length, double percentage, CostTier? until = null)
    {
        List<TimeSpan> changes = [];
        TimeSpan start = _elapsed;
        _budget.Update(_elapsed, _used, 1);
        while (_elapsed - start < length && _budget.Tier != until)
        {
            _elapsed += TimeSpan.FromSeconds(1);
            _used += TimeSpan.FromSeconds(percentage / 100);
            if (_budget.Update(_elapsed, _used, 1))
            {
                changes.Add(_elapsed - start);
            }
        }

        return changes;
    }
}
