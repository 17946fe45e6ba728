using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Sampling;

public sealed class SelfRestraintTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly OwnCosts _costs = new();
    private readonly MemorySampler _sampler;
    private readonly SamplingLoop _loop;
    private TimeSpan _elapsed;

    public SelfRestraintTests()
    {
        InternalFaults faults = new(_logger, _time);
        _sampler = MemorySampler.Create(new SamplingSettings(), _time, faults);
        _loop = new SamplingLoop(static () => default, TimeSpan.FromSeconds(1), _time, static _ => { }, faults);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _sampler.Dispose();
    }

    [Fact]
    public void Update_TooDear_StretchesTheIntervalAtTheSecondStepAndSaysEachOnce()
    {
        if (!ThreadClock.IsKnown)
        {
            return;
        }

        SelfRestraint restraint = Create(TimeSpan.FromSeconds(1));

        Run(restraint, minutes: 8, CostPart.Sampling, percentage: 3);
        Assert.Equal((CostTier.FewerReadings, 1.0), (restraint.Tier, _loop.Interval.TotalSeconds));
        Run(restraint, minutes: 60, CostPart.Recording, percentage: 3);
        Assert.Equal((CostTier.FewerSamples, 10.0), (restraint.Tier, _loop.Interval.TotalSeconds));

        Assert.Equal([1007, 1007], _logger.Collector.GetSnapshot().Select(static line => line.Id.Id));
        Assert.All(_logger.Collector.GetSnapshot(), static line => Assert.Equal(LogLevel.Warning, line.Level));
        Assert.StartsWith("MemGuard used 3 % of a core over 5 min, more than its budget of 1 % (MemGuard:CpuBudgetPercentage). From here on a sample is taken every 10 s;", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_CheapAgain_TakesEachStepBack()
    {
        if (!ThreadClock.IsKnown)
        {
            return;
        }

        SelfRestraint restraint = Create(TimeSpan.FromSeconds(1));
        Run(restraint, minutes: 13, CostPart.Sampling, percentage: 3);

        Run(restraint, minutes: 70, CostPart.Sampling, percentage: 0.1);

        Assert.Equal((CostTier.Full, 1.0), (restraint.Tier, _loop.Interval.TotalSeconds));
        Assert.Equal([1007, 1007, 1008, 1008], _logger.Collector.GetSnapshot().Select(static line => line.Id.Id));
    }

    [Fact]
    public void Update_SnapshotsAndAlertsAreDear_ChangesNothing()
    {
        SelfRestraint restraint = Create(TimeSpan.FromSeconds(1));

        Run(restraint, minutes: 60, CostPart.Snapshots, percentage: 30);
        Run(restraint, minutes: 60, CostPart.Alerts, percentage: 30);

        Assert.Equal(CostTier.Full, restraint.Tier);
        Assert.Equal(0, _logger.Collector.Count);
    }

    [Theory]
    [InlineData(20, 60)]
    [InlineData(600, 600)]
    public void Update_LongInterval_IsNotStretchedBeyondAMinuteNorShortened(int seconds, int stretched)
    {
        if (!ThreadClock.IsKnown)
        {
            return;
        }

        Run(Create(TimeSpan.FromSeconds(seconds)), minutes: 60, CostPart.Sampling, percentage: 3);

        Assert.Equal(stretched, _loop.Interval.TotalSeconds);
    }

    [Fact]
    public void Update_TierStays_AllocatesNothing()
    {
        SelfRestraint restraint = Create(TimeSpan.FromSeconds(1));
        Run(restraint, minutes: 8, CostPart.Sampling, percentage: 0.1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Run(restraint, minutes: 20, CostPart.Sampling, percentage: 0.1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private SelfRestraint Create(TimeSpan interval) => new(_costs, _sampler, _loop, interval, _logger) { Percentage = 1 };

    private void Run(SelfRestraint restraint, int minutes, CostPart part, double percentage)
    {
        for (int second = 0; second < minutes * 60; second++)
        {
            restraint.Update(new MemorySample { Elapsed = _elapsed });
            _elapsed += TimeSpan.FromSeconds(1);
            _costs.AddWork(part, TimeSpan.FromSeconds(percentage / 100), 0);
        }
    }
}
