using MemGuard.Faults;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Faults;

public sealed class InternalFaultsTests
{
    private readonly FakeLogger _logger = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Report_ManyTimesWithinTheHour_LogsTheFirstAndCountsAll()
    {
        InternalFaults faults = new(_logger, _time);

        Report(faults, times: 100);

        Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal(100, Assert.Single(faults.Totals).Value);
    }

    [Fact]
    public void Report_AnHourLater_LogsOnceMore()
    {
        InternalFaults faults = new(_logger, _time);
        Report(faults, times: 2);
        _time.Advance(TimeSpan.FromHours(1));

        Report(faults, times: 2);

        Assert.Equal(2, _logger.Collector.Count);
        Assert.Contains("(3 time(s) so far)", _logger.Collector.GetSnapshot()[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ClockIsBroken_IsLoggedAllTheSameOnce()
    {
        InternalFaults faults = new(_logger, new BrokenClock());

        Report(faults, times: 3);

        Assert.Single(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public void Report_LoggerIsBroken_DoesNotThrow()
    {
        InternalFaults faults = new(new ThrowingLogger(), _time);

        Report(faults, times: 1);

        Assert.Equal(1, faults.TotalCount);
    }

    private static void Report(InternalFaults faults, int times)
    {
        for (int i = 0; i < times; i++)
        {
            faults.Report("the scan", new IOException("gone"));
        }
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidOperationException("no clock");
    }
}
