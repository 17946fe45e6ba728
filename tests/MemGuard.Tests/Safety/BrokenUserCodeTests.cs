using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MemGuard.Tests.Safety;

/// <summary>What users plug in may throw: the alert is written all the same, and sampling goes on.</summary>
public sealed class BrokenUserCodeTests
{
    [Fact]
    public async Task Alert_HandlerThrows_OthersHearOfItAndOneLineAnHourSaysSo()
    {
        ListeningHandler listener = new();
        await using SabotagedHost host = CreateLeakingHost(builder => builder.AddAlertHandler<ThrowingHandler>().AddAlertHandler(listener));

        await host.StartAsync();
        Assert.True(host.WaitFor(() => listener.Alerts > 0));
        host.WaitForSamples(5);

        Assert.True(host.IsRunning);
        Assert.Contains(host.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id is 3000 or 3001);
        host.AssertSaidOnceAnHour(nameof(ThrowingHandler));
    }

    [Fact]
    public async Task Alert_CollectorThrows_TheAlertIsWrittenWithoutIt()
    {
        ListeningHandler listener = new();
        await using SabotagedHost host = CreateLeakingHost(builder =>
        {
            builder.AddAlertHandler(listener);
            builder.AddEvidenceCollector<ThrowingCollector>();
        });

        await host.StartAsync();
        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        host.WaitForSamples(5);

        Assert.True(host.IsRunning);
        Assert.Contains(host.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id == 3001);
        host.AssertSaidOnceAnHour(nameof(ThrowingCollector));
    }

    [Fact]
    public async Task Alert_LoggerThrows_HandlersStillHearOfIt()
    {
        ListeningHandler listener = new();
        await using SabotagedHost host = CreateLeakingHost(builder => builder.AddAlertHandler(listener), new ThrowingLogger());

        await host.StartAsync();

        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        Assert.True(host.IsRunning);
    }

    [Fact]
    public async Task Alert_HandlerAndCollectorCannotBeBuilt_TheOthersHearOfItAndEachIsNamed()
    {
        ListeningHandler listener = new();
        AskedCollector collector = new();
        await using SabotagedHost host = CreateLeakingHost(builder => builder
            .AddAlertHandler<UnbuildableHandler>().AddAlertHandler(listener)
            .AddEvidenceCollector<UnbuildableCollector>().AddEvidenceCollector(collector));

        await host.StartAsync();

        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        Assert.True(collector.Asked > 0);
        host.AssertSaidOnceAnHour(nameof(UnbuildableHandler));
        host.AssertSaidOnceAnHour(nameof(UnbuildableCollector));
    }

    [Fact]
    public async Task Dispose_HandlerBuiltBecauseAnotherFailed_EndsWithTheHost()
    {
        Endings endings = new();
        UnendedHandler own = new();
        await using (SabotagedHost host = new(new Sabotage(Seam.None), builder =>
        {
            builder.Services.AddSingleton(endings);
            builder.AddAlertHandler<UnbuildableHandler>().AddAlertHandler<EndedHandler>().AddAlertHandler(own);
        }))
        {
            await host.StartAsync();
            Assert.True(endings.Built > 0);
        }

        Assert.Equal(endings.Built, endings.Ended);
        Assert.False(own.IsEnded);
    }

    [Fact]
    public async Task Sampling_LoggerBlocksWhenAskedForItsLevel_GoesOn()
    {
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim asked = new();
        await using SabotagedHost host = new(new Sabotage(Seam.None), logger: new UndecidedLogger(asked, release));

        await host.StartAsync();
        host.WaitForSamples(20);

        Assert.True(asked.Wait(TimeSpan.FromSeconds(60)));
        host.WaitForSamples(20);
        release.Set();
    }

    [Fact]
    public async Task Sampling_LogSinkBlocks_GoesOnAndHandlersStillHear()
    {
        using BlockingLogger blocked = new();
        ListeningHandler listener = new();
        await using SabotagedHost host = new(
            new Sabotage(Seam.None) { GrowthBytes = 512 * 1024 },
            builder => builder.AddAlertHandler(listener),
            options => options.HandlerTimeout = TimeSpan.FromSeconds(1),
            blocked);

        await host.StartAsync();

        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        Assert.True(blocked.IsBlocking);
        Assert.True(host.IsRunning);
        blocked.Release();
    }

    [Fact]
    public async Task Sampling_LoadSignalHangs_GoesOn()
    {
        using ManualResetEventSlim release = new();
        await using SabotagedHost host = new(new Sabotage(Seam.None), options: options => options.LoadSignal = () =>
        {
            release.Wait(CancellationToken.None);
            return 1;
        });

        await host.StartAsync();

        Assert.True(SpinWait.SpinUntil(() => host.Monitor.GetHistory().Count > 20, TimeSpan.FromSeconds(60)));
        Assert.Null(host.Monitor.Latest?.LoadTotal);
        release.Set();
    }

    private static SabotagedHost CreateLeakingHost(Action<IMemGuardBuilder> configure, ILogger? logger = null) =>
        new(new Sabotage(Seam.None) { GrowthBytes = 512 * 1024 }, configure, logger: logger);

    private sealed class ListeningHandler : IMemoryAlertHandler
    {
        private int _alerts;
        private int _confirmed;

        public int Alerts => Volatile.Read(ref _alerts);

        public int Confirmed => Volatile.Read(ref _confirmed);

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _alerts);
            if (alert.Stage == AlertStage.Confirmed)
            {
                Interlocked.Increment(ref _confirmed);
            }

            return ValueTask.CompletedTask;
        }
    }

    private sealed class ThrowingHandler : IMemoryAlertHandler
    {
        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => throw new InvalidOperationException("handler");
    }

    private sealed class ThrowingCollector : IEvidenceCollector
    {
        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("collector");
    }

    private sealed class UnbuildableHandler : IMemoryAlertHandler
    {
        public UnbuildableHandler() => throw new InvalidOperationException("no connection string");

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Endings
    {
        public int Built { get; set; }

        public int Ended { get; set; }
    }

    private sealed class EndedHandler : IMemoryAlertHandler, IDisposable
    {
        private readonly Endings _endings;

        public EndedHandler(Endings endings)
        {
            _endings = endings;
            _endings.Built++;
        }

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose() => _endings.Ended++;
    }

    private sealed class UnendedHandler : IMemoryAlertHandler, IDisposable
    {
        public bool IsEnded { get; private set; }

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose() => IsEnded = true;
    }

    /// <summary>A sink that takes for ever to say which levels it wants.</summary>
    private sealed class UndecidedLogger(ManualResetEventSlim asked, ManualResetEventSlim release) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            asked.Set();
            release.Wait(CancellationToken.None);
            return false;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }

    private sealed class UnbuildableCollector : IEvidenceCollector
    {
        public UnbuildableCollector() => throw new InvalidOperationException("no such file");

        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(EvidenceResult.Empty);
    }

    private sealed class AskedCollector : IEvidenceCollector
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return ValueTask.FromResult(EvidenceResult.Empty);
        }
    }

    /// <summary>A sink that hangs with its first entry until it is released.</summary>
    private sealed class BlockingLogger : ILogger, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private volatile bool _isBlocking;

        public bool IsBlocking => _isBlocking;

        public void Release() => _released.Set();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _isBlocking = true;
            _released.Wait(CancellationToken.None);
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose() => _released.Set();
    }
}
