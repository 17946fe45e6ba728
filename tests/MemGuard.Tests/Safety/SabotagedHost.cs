using System.Diagnostics;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Safety;

/// <summary>A host with MemGuard on broken sources. Tests wait for samples, never for time.</summary>
internal sealed class SabotagedHost : IAsyncDisposable
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Said once of a part that keeps failing, beside its failures.</summary>
    public const int SwitchedOff = 1005;

    private readonly Sabotage _sabotage;
    private readonly IHost _host;
    private readonly object _gate = new();
    private int _samples;

    public SabotagedHost(Sabotage sabotage, Action<IMemGuardBuilder>? configure = null, Action<MemGuardOptions>? options = null, ILogger? logger = null)
    {
        _sabotage = sabotage;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([]);
        builder.Services.AddSingleton<ILoggerFactory>(new OwnCategory(logger ?? Logger));
        builder.Services.AddSingleton<TimeProvider>(sabotage);
        builder.Services.AddSingleton<SamplerFactory>((settings, _, faults) => sabotage.CreateSampler(settings, faults));
        IMemGuardBuilder memGuard = builder.Services.AddMemGuard(target =>
        {
            target.LoadSignal = () =>
            {
                CountSample();
                return sabotage.ReadLoad();
            };
            options?.Invoke(target);
        });
        configure?.Invoke(memGuard);
        _host = builder.Build();
    }

    public FakeLogger Logger { get; } = new();

    public IMemoryMonitor Monitor => _host.Services.GetRequiredService<IMemoryMonitor>();

    public bool IsRunning => !_host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Changes the configuration, as somebody does who edits the file while the host runs.</summary>
    public void Set(string key, string value)
    {
        IConfigurationRoot configuration = (IConfigurationRoot)_host.Services.GetRequiredService<IConfiguration>();
        configuration[key] = value;
        configuration.Reload();
    }

    /// <summary>Waits until so many more samples have begun, the ones before the last of them complete.</summary>
    public void WaitForSamples(int count)
    {
        lock (_gate)
        {
            int end = _samples + count;
            while (_samples < end)
            {
                Assert.True(System.Threading.Monitor.Wait(_gate, Patience), "sampling has stopped");
            }
        }
    }

    /// <summary>Waits for something that samples bring about, looking after each of them.</summary>
    /// <returns>False after a time in which only a defect keeps it from happening.</returns>
    public bool WaitFor(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(start) < Patience)
        {
            WaitForSamples(1);
        }

        return condition();
    }

    /// <summary>The first failure of a source is logged, then one an hour; the clock of these tests leaps through hours.</summary>
    public void AssertSaidOnceAnHour(string text)
    {
        // Lines are written on a thread of their own.
        Assert.True(WaitFor(() => Lines().Length > 0), $"nothing was said of '{text}'");

        Assert.InRange(Lines().Length, 1, 1 + (int)_sabotage.Now.TotalHours);

        string[] Lines() => [.. Logger.Collector.GetSnapshot().Where(entry => entry.Level == LogLevel.Warning && entry.Id.Id != SwitchedOff && entry.Message.Contains(text, StringComparison.Ordinal)).Select(static entry => entry.Message)];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private void CountSample()
    {
        lock (_gate)
        {
            _samples++;
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    // The host's own messages are not the subject, and a sink that breaks under them would be the host's problem.
    private sealed class OwnCategory(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("MemGuard", StringComparison.Ordinal) ? logger : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
