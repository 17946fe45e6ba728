using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Shared;

public sealed class LogBudgetTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_Flood_LetsTheBurstThroughAndThenOneAPeriod()
    {
        LogBudget budget = new(_time, burst: 3, Period);
        List<long> written = [];
        for (int second = 0; second < 3600; second++)
        {
            if (budget.TryTake(5003, out long heldBack))
            {
                written.Add(heldBack);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 0, 0, 597, 599, 599, 599, 599], written);
    }

    [Fact]
    public void TryTake_AfterAQuietTime_HasTheWholeBurstAgainAndNoMore()
    {
        LogBudget budget = new(_time, burst: 3, Period);
        Drain(budget, 1);
        _time.Advance(TimeSpan.FromDays(365));

        Assert.Equal(3, Drain(budget, 1));
    }

    [Fact]
    public void TryTake_EachEventId_HasItsOwnBudget()
    {
        LogBudget budget = new(_time, burst: 2, Period);

        Assert.Equal(2, Drain(budget, 1));
        Assert.Equal(2, Drain(budget, 2));
    }

    [Fact]
    public void TryTake_MadeUpEventIds_StayBounded()
    {
        LogBudget budget = new(_time, burst: 1, Period);

        int written = Enumerable.Range(0, 100_000).Count(id => budget.TryTake(id, out _));

        Assert.InRange(written, 1, 256);
    }

    [Fact]
    public void TryTake_ClockThatFails_WritesTheBurstAndThrowsNothing()
    {
        LogBudget budget = new(new BrokenClock(), burst: 3, Period);

        Assert.Equal(3, Drain(budget, 1));
    }

    [Fact]
    public void TryTake_FromManyThreads_LosesNoCount()
    {
        LogBudget budget = new(_time, burst: 3, Period);
        int written = 0;
        Parallel.For(0, 10_000, _ => written = budget.TryTake(1, out long _) ? Interlocked.Increment(ref written) : written);
        _time.Advance(Period);

        Assert.True(budget.TryTake(1, out long heldBack));
        Assert.Equal(10_000 - 3, heldBack);
    }

    [Fact]
    public void Log_Flood_SaysWithTheNextLineHowManyWereHeldBack()
    {
        FakeLogger sink = new();
        BudgetedLogger logger = new(sink, new LogBudget(_time, burst: 1, Period));
        for (int i = 0; i < 1000; i++)
        {
            logger.LogWarning(new EventId(5003), "refused {Number}", i);
        }

        _time.Advance(Period);
        logger.LogWarning(new EventId(5003), "refused {Number}", 1000);

        Assert.Equal(["refused 0", "refused 1000 (999 line(s) like it were held back since the last one.)"], sink.Collector.GetSnapshot().Select(static line => line.Message));
        Assert.Equal("1000", sink.LatestRecord.GetStructuredStateValue("Number"));
    }

    private static int Drain(LogBudget budget, int id) => Enumerable.Range(0, 1000).Count(_ => budget.TryTake(id, out long _));

    private sealed class BrokenClock : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidOperationException("clock");
    }
}
