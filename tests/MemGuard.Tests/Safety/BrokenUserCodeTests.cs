using MemGuard.Alerts;
using MemGuard.Evidence;
using Microsoft.Extensions.DependencyInjection;

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
        Assert.Contains(host.Logger.Entries, static entry => entry.Id.Id is 3000 or 3001);
        host.AssertSaidOnceAnHour(nameof(ThrowingHandler));
    }

    [Fact]
    public async Task Alert_CollectorThrows_TheAlertIsWrittenWithoutIt()
    {
        ListeningHandler listener = new();
        await using SabotagedHost host = CreateLeakingHost(builder =>
        {
            builder.AddAlertHandler(listener);
            builder.Services.AddSingleton<IEvidenceCollector, ThrowingCollector>();
        });

        await host.StartAsync();
        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        host.WaitForSamples(5);

        Assert.True(host.IsRunning);
        Assert.Contains(host.Logger.Entries, static entry => entry.Id.Id == 3001);
        host.AssertSaidOnceAnHour(nameof(ThrowingCollector));
    }

    [Fact]
    public async Task Alert_LoggerThrows_HandlersStillHearOfIt()
    {
        ListeningHandler listener = new();
        await using SabotagedHost host = CreateLeakingHost(builder => builder.AddAlertHandler(listener));
        host.Logger.Throws = true;

        await host.StartAsync();

        Assert.True(host.WaitFor(() => listener.Confirmed > 0));
        Assert.True(host.IsRunning);
    }

    private static SabotagedHost CreateLeakingHost(Action<IMemGuardBuilder> configure) =>
        new(new Sabotage(Seam.None) { GrowthBytes = 512 * 1024 }, configure);

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
        public ValueTask<IReadOnlyList<LeakSuspect>> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("collector");
    }
}
