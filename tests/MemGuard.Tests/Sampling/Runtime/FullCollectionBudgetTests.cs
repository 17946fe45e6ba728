using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public class FullCollectionBudgetTests
{
    private readonly FullCollectionBudget _budget = new();

    [Fact]
    public void TryTake_EverySecondForAnHour_GrantsSixSpacedThenRestsTenMinutes()
    {
        List<double> granted = TakeEverySecond(TimeSpan.FromMinutes(15));

        Assert.Equal(0, granted[0]);
        Assert.Equal([0.0, 10, 20, 30, 40, 50, 650], granted.Take(7));
    }

    [Fact]
    public void TryTake_EverySecondForTwoDays_GrantsAtMost24InAnyDay()
    {
        List<double> granted = TakeEverySecond(TimeSpan.FromDays(2));

        Assert.Equal(48, granted.Count);
        Assert.All(granted.Zip(granted.Skip(24)), static pair => Assert.True(pair.Second - pair.First >= 86_400));
    }

    private List<double> TakeEverySecond(TimeSpan duration)
    {
        List<double> granted = [];
        for (double second = 0; second < duration.TotalSeconds; second++)
        {
            if (_budget.TryTake(TimeSpan.FromSeconds(second)))
            {
                granted.Add(second);
            }
        }

        return granted;
    }

    [Fact]
    public void TryTake_LimitIsFourMinutesAway_RestsForAnEighthOfThat()
    {
        TimeSpan limit = TimeSpan.FromMinutes(4);
        List<double> granted = [.. Enumerable.Range(0, 150).Select(static second => (double)second).Where(second => _budget.TryTake(TimeSpan.FromSeconds(second), limit))];

        Assert.Equal([0.0, 10, 20, 30, 40, 50, 80, 110, 140], granted);
    }

    [Fact]
    public void TryTake_LimitIsSecondsAway_KeepsTheSpacing()
    {
        List<double> granted = [.. Enumerable.Range(0, 100).Select(static second => (double)second).Where(second => _budget.TryTake(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(8)))];

        Assert.Equal([0.0, 10, 20, 30, 40, 50, 60, 70, 80, 90], granted);
    }

    [Fact]
    public void TryTake_NoLimitAndTheHeapGrows_RestsUntilAnEighthMore()
    {
        // 1 MB a second on 100 MB: six at once, then at an eighth more each time, 32 MB at least.
        List<double> granted = [.. Enumerable.Range(0, 600).Select(static second => (double)second).Where(second => _budget.TryTake(TimeSpan.FromSeconds(second), null, (100 + (long)second) << 20))];

        Assert.Equal([0.0, 10, 20, 30, 40, 50, 82, 114, 146, 178, 213, 253, 298, 348, 404, 467, 538], granted);
    }

    [Fact]
    public void TryTake_SmallHeapDoubles_KeepsItsRest()
    {
        List<double> granted = [.. Enumerable.Range(0, 600).Select(static second => (double)second).Where(second => _budget.TryTake(TimeSpan.FromSeconds(second), null, (4 + ((long)second / 30)) << 20))];

        Assert.Equal([0.0, 10, 20, 30, 40, 50], granted);
    }
}
