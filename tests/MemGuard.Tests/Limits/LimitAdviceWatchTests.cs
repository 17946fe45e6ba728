using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Sampling;
using MemGuard.Tests.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Limits;

public sealed class LimitAdviceWatchTests
{
    private const long MB = 1 << 20;

    private readonly FakeLogger _logger = new();
    private readonly LimitAdviceWatch _watch;
    private MemorySample _sample = new() { MemoryLimitBytes = 512 * MB, HeapLimitBytes = 384 * MB, Gen2LiveBytes = 50 * MB };
    private ContainerDetails _container = new() { Version = CgroupVersion.V2, LimitBytes = 512 * MB, LimitHitCount = 0 };

    public LimitAdviceWatchTests() => _watch = new LimitAdviceWatch(
        new HostFacts { GC = new GCConfiguration { HeapHardLimitBytes = 384 * MB }, PhysicalMemoryBytes = 9000 * MB },
        _logger,
        new HelpLinks("https://example.com/docs"));

    [Fact]
    public void Update_AllIsWell_SaysTheLimitsOnce()
    {
        Run(minutes: 300);

        FakeLogRecord line = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Information, 1003), (line.Level, line.Id.Id));
    }

    [Fact]
    public void Update_LimitChanges_SaysSoAtOnce()
    {
        Run(minutes: 10);
        _sample = _sample with { MemoryLimitBytes = 1024 * MB };
        Update(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));

        Assert.Equal(2, _logger.Collector.Count);
        Assert.Equal(1024 * MB, _watch.Advice.MemoryLimitBytes);
    }

    [Fact]
    public void Update_FindingComesAndGoes_IsSaidOnceAnHour()
    {
        for (int minute = 0; minute < 50; minute++)
        {
            _sample = _sample with { Gen2LiveBytes = minute % 2 == 0 ? 50 * MB : 380 * MB };
            Update(TimeSpan.FromMinutes(minute));
        }

        Assert.Equal([1003, 1004], _logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id));
    }

    [Fact]
    public void Update_Finding_IsNamedInAPropertyAndLinked()
    {
        _sample = _sample with { Gen2LiveBytes = 380 * MB };
        Update(TimeSpan.Zero);

        FakeLogRecord line = _logger.LatestRecord;
        string[] findings = line.GetStructuredStateValue("Findings")!.Split(',');
        Assert.Equal((1004, _watch.Advice.Findings.Count), (line.Id.Id, findings.Length));
        Assert.Contains("heap-nearly-full", findings);
        Assert.EndsWith($" https://example.com/docs/containers.md#{findings[0]}", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_LimitWasMetBetweenTwoLooks_IsFound()
    {
        _container = _container with { UnreclaimableBytes = 450 * MB, LimitHitCount = 7 };
        Update(TimeSpan.Zero);
        Assert.Empty(_watch.Advice.Findings);

        _container = _container with { LimitHitCount = 9 };
        Update(TimeSpan.FromSeconds(30));

        Assert.Contains("2 more times", Assert.Single(_watch.Advice.Findings).Fact, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_OneHighRowAmongMany_DoesNotMakeTheUnmanagedLevel()
    {
        for (int i = 0; i < 100; i++)
        {
            _sample = _sample with
            {
                Ledger = new MemoryLedger { Elapsed = TimeSpan.FromSeconds(30 * i), GCHeapBytes = 0, OtherAnonymousBytes = i == 50 ? 400 * MB : 40 * MB },
            };
            Update(TimeSpan.FromSeconds(30 * i));
        }

        Assert.Empty(_watch.Advice.Findings);
    }

    [Fact]
    public void Update_LoggerThrows_AdviceIsRenewedAllTheSame()
    {
        LimitAdviceWatch watch = new(new HostFacts { GC = new GCConfiguration() }, new ThrowingLogger(), new HelpLinks(null));

        Assert.ThrowsAny<Exception>(() => watch.Update(_sample, _container, 0));

        Assert.Equal(512 * MB, watch.Advice.MemoryLimitBytes);
    }

    private void Run(int minutes)
    {
        for (int minute = 0; minute <= minutes; minute++)
        {
            Update(TimeSpan.FromMinutes(minute));
        }
    }

    private void Update(TimeSpan elapsed)
    {
        _sample = _sample with { Elapsed = elapsed };
        _watch.Update(_sample, _container, highLoadBytes: 0);
    }
}
