using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests;

/// <summary>The entry without a host. One a process: the tests of this class run one after the other, and no other class starts one.</summary>
public sealed class MemGuardMonitorTests : IDisposable
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _samples = new(0);
    private readonly FakeLogger _logger = new();

    public void Dispose()
    {
        _samples.Dispose();
        AppContext.SetData(StandIn.Name, null);
    }

    [Fact]
    public void Start_WithoutAnything_SamplesUntilItIsDisposed()
    {
        RunningMonitor monitor = MemGuardMonitor.Start(Count);
        WaitForSample();

        Assert.True(monitor.IsRunning);
        Assert.NotNull(monitor.Latest);
        Assert.Equal(MemoryProblem.None, monitor.Diagnose().Problem);
        Assert.Same(monitor, MemGuardMonitor.Current);

        monitor.Dispose();

        Assert.False(monitor.IsRunning);
        Assert.Null(monitor.Latest);
        Assert.Null(MemGuardMonitor.Current);
        Assert.Equal("MemGuard is not running", monitor.Diagnose().Reason);
    }

    [Fact]
    public void Start_AfterTheEnd_WatchesAnew()
    {
        MemGuardMonitor.Start(Quiet).Dispose();

        using RunningMonitor again = MemGuardMonitor.Start(Count);
        WaitForSample();

        Assert.NotNull(again.Latest);
    }

    [Fact]
    public void Start_WhileOneRuns_IsAViewOfTheFirstAndSaysSo()
    {
        using RunningMonitor first = MemGuardMonitor.Start(Setup(Count));
        WaitForSample();

        RunningMonitor second = MemGuardMonitor.Start(static options =>
        {
            Quiet(options);
            options.LoadSignal = static () => throw new InvalidOperationException("the first setup stays in force");
        });
        Assert.NotNull(second.Latest);
        second.Dispose();
        second.Dispose();
        Drain();
        WaitForSample();

        Assert.True(first.IsRunning);
        first.Dispose();
        Assert.Equal([2006], _logger.Collector.GetSnapshot().Where(static entry => entry.Id.Id is >= 2000 and < 3000).Select(static entry => entry.Id.Id));
    }

    [Fact]
    public void Dispose_FirstOfTwoViews_LeavesTheOther()
    {
        RunningMonitor first = MemGuardMonitor.Start(Setup(Count));
        using RunningMonitor second = MemGuardMonitor.Start(Quiet);

        first.Dispose();
        Drain();
        WaitForSample();

        Assert.True(second.IsRunning);
        Assert.NotNull(second.Latest);
    }

    [Fact]
    public void Start_BadOption_NamesItAndStartsNothing()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(static () => MemGuardMonitor.Start(static options => options.SamplingInterval = TimeSpan.Zero));

        Assert.Contains("MemGuard:SamplingInterval is 00:00:00; it must be from", exception.Message, StringComparison.Ordinal);
        Assert.Null(MemGuardMonitor.Current);
    }

    [Fact]
    public void Start_NotEnabled_WatchesNothing()
    {
        using RunningMonitor monitor = MemGuardMonitor.Start(static options => options.Enabled = false);

        Assert.False(monitor.IsRunning);
        Assert.Null(MemGuardMonitor.Current);
    }

    [Fact]
    public void Start_BrokenSampler_ReportsAndGoesOn()
    {
        MonitorSetup setup = new()
        {
            LoggerFactory = new OneLogger(_logger),
            CreateSampler = static (_, _, _) => throw new InvalidOperationException("planted"),
        };
        Quiet(setup.Options);

        using RunningMonitor monitor = MemGuardMonitor.Start(setup);

        Assert.False(monitor.IsRunning);
        Assert.Null(MemGuardMonitor.Current);
    }

    [Fact]
    public void Start_BrokenLoggerFactory_WatchesAllTheSame()
    {
        MonitorSetup setup = new() { LoggerFactory = new OneLogger(null) };
        Count(setup.Options);

        using RunningMonitor monitor = MemGuardMonitor.Start(setup);
        WaitForSample();

        Assert.NotNull(monitor.Latest);
    }

    [Fact]
    public void Dispose_EvidenceCollectorsAndHandlers_EndWithIt()
    {
        Part collector = new();
        Part handler = new() { Throws = true };
        Part last = new();
        MonitorSetup setup = new() { Collectors = [collector], Handlers = [handler, last] };
        Quiet(setup.Options);

        MemGuardMonitor.Start(setup).Dispose();

        Assert.Equal([1, 1, 1], [collector.DisposalCount, handler.DisposalCount, last.DisposalCount]);
    }

    [Fact]
    public void Start_WhereSomethingWasAttached_EndsThatFirst()
    {
        int ended = 0;
        AppContext.SetData(StandIn.Name, (Action)(() => Interlocked.Increment(ref ended)));

        using RunningMonitor monitor = MemGuardMonitor.Start(Quiet);

        Assert.NotEqual(0, ended);
    }

    [Fact]
    public void Watch_FromOutside_DoesNotEndItself()
    {
        bool isEndedHere = false;
        int thread = Environment.CurrentManagedThreadId;
        AppContext.SetData(StandIn.Name, (Action)(() => isEndedHere |= Environment.CurrentManagedThreadId == thread));

        using RunningMonitor monitor = MemGuardMonitor.Watch(Setup(Quiet));

        Assert.False(isEndedHere);
    }

    [Fact]
    public async Task AddMemGuard_WhereSomethingWasAttached_EndsThatFirstWhateverItThrows()
    {
        int ended = 0;
        AppContext.SetData(StandIn.Name, (Action)(() =>
        {
            Interlocked.Increment(ref ended);
            throw new InvalidOperationException("planted");
        }));
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMemGuard(Quiet);
        using IHost host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.NotEqual(0, ended);
    }

    [Theory]
    [InlineData("two\nlines", "memguard: two\\nlines")]
    [InlineData("plain", "memguard: plain")]
    public void StandardErrorLogger_Format_IsOneLine(string message, string expected) => Assert.Equal(expected, StandardErrorLogger.Format(message, null));

    [Fact]
    public void StandardErrorLogger_FormatOfAnException_NamesItWithoutItsStack()
    {
        string line = StandardErrorLogger.Format("It failed.", new IOException("disk\nfull"));

        Assert.Equal("memguard: It failed. (IOException: disk\\nfull)", line);
        Assert.False(StandardErrorLogger.Instance.IsEnabled(LogLevel.Information));
        Assert.False(StandardErrorLogger.Instance.IsEnabled(LogLevel.None));
        Assert.True(StandardErrorLogger.Instance.IsEnabled(LogLevel.Warning));
    }

    private MonitorSetup Setup(Action<MemGuardOptions> configure)
    {
        MonitorSetup setup = new() { LoggerFactory = new OneLogger(_logger) };
        configure(setup.Options);
        return setup;
    }

    private static void Quiet(MemGuardOptions options)
    {
        options.SamplingInterval = TimeSpan.FromMilliseconds(100);
        options.BlackBox = false;
    }

    // The load is read once a sample.
    private void Count(MemGuardOptions options)
    {
        Quiet(options);
        options.LoadSignal = () => _samples.Release();
    }

    // The second reading: the sample of the first is complete then.
    private void WaitForSample() => Assert.True(_samples.Wait(Patience) && _samples.Wait(Patience), "sampling has stopped");

    private void Drain()
    {
        while (_samples.Wait(0))
        {
        }
    }

    private sealed class OneLogger(ILogger? logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger ?? throw new ObjectDisposedException("planted");

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Part : IEvidenceCollector, IMemoryAlertHandler, IDisposable
    {
        public bool Throws { get; init; }

        public int DisposalCount { get; private set; }

        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(EvidenceResult.Empty);

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose()
        {
            DisposalCount++;
            if (Throws)
            {
                throw new InvalidOperationException("planted");
            }
        }
    }
}
