using MemGuard;
using MemGuard.Alerts;
using MemGuard.Sampling;
using MemGuard.Tests.Safety;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hostile.App;

/// <summary>A host whose memory stands still until it is told to grow: then an hour passes in a moment.</summary>
internal sealed class LeakingHost : IMemoryAlertHandler
{
    private readonly Sabotage _memory = new(Seam.None) { Leap = TimeSpan.FromMilliseconds(1) };
    private readonly TaskCompletionSource<string> _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IHost _host;

    public LeakingHost(string snapshots)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new LineLogger());
        builder.Logging.AddFilter("MemGuard.Limits", LogLevel.None);
        builder.Services.AddSingleton<SamplerFactory>((settings, _, faults) => _memory.CreateSampler(settings, faults));
        builder.Services.AddSingleton<TimeProvider>(_memory);
        builder.Services.AddMemGuard(static options => options.SamplingInterval = TimeSpan.FromMilliseconds(100)).AddHeapSnapshots(options =>
        {
            options.Directory = snapshots;
            options.MaxPause = TimeSpan.FromMinutes(1);
        }).AddAlertHandler(this);
        _host = builder.Build();
    }

    /// <summary>The line of the confirmed alert.</summary>
    public Task<string> Confirmed => _confirmed.Task;

    public Task StartAsync() => _host.StartAsync();

    public void Grow()
    {
        _memory.GrowthBytes = 1 << 20;
        _memory.Leap = TimeSpan.FromSeconds(1);
    }

    public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
    {
        if (alert.Stage == AlertStage.Confirmed)
        {
            // From here on nothing more is needed: time and memory stand still again.
            _memory.GrowthBytes = 0;
            _memory.Leap = TimeSpan.FromMilliseconds(1);
            _confirmed.TrySetResult(alert.Message.ReplaceLineEndings(" "));
        }

        return ValueTask.CompletedTask;
    }
}
