using MemGuard.Alerts;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Alerts;
using MemGuard.Tests.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Costs;

/// <summary>Every thread of MemGuard's own is metered. The costs are the process's: other tests add to them as well, so each thread allocates much.</summary>
public sealed class OwnThreadsTests
{
    private const int Much = 256 << 20;
    private readonly InternalFaults _faults = new(NullLogger.Instance, TimeProvider.System);

    [Fact]
    public void Sampler_Works_IsMetered()
    {
        OwnCosts costs = new();
        using ManualResetEventSlim sampled = new();
        SamplingLoop loop = new(static () => default, TimeSpan.FromSeconds(1), new FakeTimeProvider(), _ => sampled.Set(), _faults, costs);
        loop.Start();
        Assert.True(sampled.Wait(TimeSpan.FromSeconds(30)));

        loop.Dispose();

        Assert.True(SpinWait.SpinUntil(() => costs.GetAllocatedBytes(CostPart.Sampling) > 0 || costs.GetProcessorTime(CostPart.Sampling) > TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void AlertThread_Works_IsMetered()
    {
        long before = OwnCosts.OfProcess.GetAllocatedBytes(CostPart.Alerts);
        using AlertQueue queue = new(static (_, _) => Allocate(), static _ => { }, _faults);

        queue.Post(new AlertRequest(AlertStage.Confirmed, MemoryProblem.ManagedLeak, Diagnoses.Confirmed, TimeSpan.Zero));

        AssertRises(CostPart.Alerts, before);
    }

    [Fact]
    public void Recording_Works_IsMetered()
    {
        long before = OwnCosts.OfProcess.GetAllocatedBytes(CostPart.Recording);
        FakeSeriesStorage disk = new() { FailsToCreate = true };
        using SeriesWriter writer = new(disk, new SeriesWriterSettings(), static _ => Allocate());
        writer.Start();

        writer.Add(new MemorySample { Elapsed = TimeSpan.FromSeconds(1) });

        AssertRises(CostPart.Recording, before);
    }

    [Fact]
    public void LogThread_Works_IsMetered()
    {
        long before = OwnCosts.OfProcess.GetAllocatedBytes(CostPart.Logger);
        BackgroundLogger logger = new(new AllocatingLogger(), static () => { }, new LogBudget(TimeProvider.System));

        logger.Log(LogLevel.Warning, 1, "line", null, static (line, _) => line);

        AssertRises(CostPart.Logger, before);
        logger.Stop(TimeSpan.FromSeconds(30));
    }

    private static void Allocate()
    {
        for (int i = 0; i < Much >> 20; i++)
        {
            GC.KeepAlive(new byte[1 << 20]);
        }
    }

    private static void AssertRises(CostPart part, long before) =>
        Assert.True(SpinWait.SpinUntil(() => OwnCosts.OfProcess.GetAllocatedBytes(part) - before >= Much, TimeSpan.FromSeconds(60)), $"{part} is not metered");

    private sealed class AllocatingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Allocate();
    }
}
