using MemGuard.Alerts;
using MemGuard.Trends;
using MemGuard.Triage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.Tests;

public class AddMemGuardTests
{
    [Fact]
    public void AddMemGuard_Twice_RunsOneService()
    {
        ServiceCollection services = new();
        services.AddMemGuard();
        services.AddMemGuard();
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<IHostedService>());
        Assert.Same(provider.GetServices<IHostedService>().Single(), provider.GetRequiredService<IMemoryMonitor>());
    }

    [Fact]
    public void AddMemGuard_WithHostConfiguration_BindsTheSection()
    {
        using IHost host = CreateHost(new() { ["MemGuard:Sensitivity"] = "High", ["MemGuard:Thresholds:GCPausePercentage"] = "20", ["MemGuard:IgnoredProblems:0"] = "GCThrash" });

        MemGuardOptions options = host.Services.GetRequiredService<IOptions<MemGuardOptions>>().Value;

        Assert.Equal(Sensitivity.High, options.Sensitivity);
        Assert.Equal(20, options.Thresholds.GCPausePercentage);
        Assert.Equal([MemoryProblem.GCThrash], options.IgnoredProblems);
    }

    [Fact]
    public void AddMemGuard_WithAction_WinsOverTheConfiguration()
    {
        using IHost host = CreateHost(new() { ["MemGuard:MemoryLimitBytes"] = "100000000" }, static options => options.MemoryLimitBytes = 200_000_000);

        Assert.Equal(200_000_000, host.Services.GetRequiredService<IOptions<MemGuardOptions>>().Value.MemoryLimitBytes);
    }

    [Fact]
    public void AddMemGuard_WithSection_BindsIt()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Watch:SamplingInterval", "00:00:05")]).Build();
        ServiceCollection services = new();
        services.AddMemGuard(configuration.GetSection("Watch"));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal(TimeSpan.FromSeconds(5), provider.GetRequiredService<IOptions<MemGuardOptions>>().Value.SamplingInterval);
    }

    [Fact]
    public async Task StartAsync_BadOption_StopsTheHostAndNamesIt()
    {
        using IHost host = CreateHost(new() { ["MemGuard:SamplingInterval"] = "00:00:00.001" });

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("MemGuard:SamplingInterval is 00:00:00.0010000; it must be from", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SamplingInterval", "soon")]
    [InlineData("MemoryLimitBytes", "512MB")]
    [InlineData("Thresholds:NearLimitRatio", "85 %")]
    public async Task StartAsync_ValueOfAnotherType_StopsTheHostAndSaysHowItIsWritten(string option, string value)
    {
        using IHost host = CreateHost(new() { ["MemGuard:" + option] = value });

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains($"'{value}' at 'MemGuard:{option}'", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(UnreadableValue.Forms, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_BadValue_KeepsTheLastGoodAndSaysSo()
    {
        using IHost host = CreateHost(new() { ["MemGuard:Horizon"] = "1.00:00:00" }, isLogged: true);
        await host.StartAsync();

        Reload(host, "MemGuard:Horizon", "-1");

        Assert.Equal(TimeSpan.FromDays(1), host.Services.GetRequiredService<IOptionsMonitor<MemGuardOptions>>().CurrentValue.Horizon);

        // Lines are written on a thread of their own, and all of them by the end of the stop.
        await host.StopAsync();
        Assert.Contains(host.Services.GetFakeLogCollector().GetSnapshot(), static entry => entry.Id.Id == 2001 && entry.Message.Contains("Horizon", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_GoodValue_IsTaken()
    {
        using IHost host = CreateHost([]);
        await host.StartAsync();

        Reload(host, "MemGuard:Horizon", "2.00:00:00");

        Assert.Equal(TimeSpan.FromDays(2), host.Services.GetRequiredService<IOptionsMonitor<MemGuardOptions>>().CurrentValue.Horizon);
        await host.StopAsync();
    }

    [Fact]
    public async Task StartAsync_Disabled_RunsNothing()
    {
        using IHost host = CreateHost(new() { ["MemGuard:Enabled"] = "false" });
        await host.StartAsync();

        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();

        Assert.Null(monitor.Latest);
        Assert.Empty(monitor.GetHistory());
        Assert.Equal(MemoryProblem.None, monitor.Diagnose().Problem);
        await host.StopAsync();
    }

    [Fact]
    public async Task StartAsync_HandlerThatCannotBeBuilt_MonitorRunsAllTheSame()
    {
        using IHost host = CreateHost([], configureServices: static services => services.AddMemGuard().AddAlertHandler<Unbuildable>(), isLogged: true);
        await host.StartAsync();

        Assert.NotEqual("MemGuard is not running", host.Services.GetRequiredService<IMemoryMonitor>().Diagnose().Reason);
        await host.StopAsync();
        Assert.Contains(host.Services.GetFakeLogCollector().GetSnapshot(), static entry => entry.Level == LogLevel.Warning && entry.Message.Contains(nameof(Unbuildable), StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_DisabledAndNothingElseCanBeRead_StartsAndSaysOnceThatItIsOff()
    {
        using IHost host = CreateHost(new() { ["MemGuard:Enabled"] = "false", ["MemGuard:SamplingInterval"] = "soon", ["MemGuard:Horizon"] = "-1" }, isLogged: true);

        await host.StartAsync();

        Assert.Null(host.Services.GetRequiredService<IMemoryMonitor>().Latest);
        await host.StopAsync();
        Assert.Single(host.Services.GetFakeLogCollector().GetSnapshot(), static entry => entry.Id.Id == 2003 && entry.Level == LogLevel.Information);
    }

    [Fact]
    public async Task StartAsync_SectionOfYourOwnDisabled_StartsWhateverItHolds()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Watch:Enabled", "False"), new("Watch:RecordMaxFiles", "many")]);
        builder.Services.AddMemGuard(builder.Configuration.GetSection("Watch"));
        using IHost host = builder.Build();

        await host.StartAsync();

        Assert.Equal("MemGuard is not running", host.Services.GetRequiredService<IMemoryMonitor>().Diagnose().Reason);
        await host.StopAsync();
    }

    [Fact]
    public async Task Reload_EnabledTurnsFalseAndTrueAgain_IsFollowed()
    {
        using IHost host = CreateHost([], isLogged: true);
        await host.StartAsync();
        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();

        Reload(host, "MemGuard:Enabled", "false");
        WaitFor(() => IsRunning(monitor) is false);
        Reload(host, "MemGuard:Enabled", "true");
        WaitFor(() => IsRunning(monitor));

        await host.StopAsync();
        Assert.Equal([2003, 2004], host.Services.GetFakeLogCollector().GetSnapshot().Select(static entry => entry.Id.Id).Where(static id => id is 2003 or 2004));
    }

    // Whoever turns it off in need may have broken the rest.
    [Fact]
    public async Task Reload_DisabledTogetherWithABadValue_IsFollowed()
    {
        using IHost host = CreateHost([]);
        await host.StartAsync();
        IConfigurationRoot configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["MemGuard:Horizon"] = "-1";

        Reload(host, "MemGuard:Enabled", "false");

        WaitFor(() => !IsRunning(host.Services.GetRequiredService<IMemoryMonitor>()));
        await host.StopAsync();
    }

    [Fact]
    public async Task Reload_AfterTheStop_StartsNothing()
    {
        using IHost host = CreateHost(new() { ["MemGuard:Enabled"] = "false" });
        await host.StartAsync();
        await host.StopAsync();

        Reload(host, "MemGuard:Enabled", "true");

        Assert.False(IsRunning(host.Services.GetRequiredService<IMemoryMonitor>()));
    }

    private static bool IsRunning(IMemoryMonitor monitor) => monitor.Diagnose().Reason != "MemGuard is not running";

    // The switch acts on a thread of its own. Only a defect waits for long.
    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private static IHost CreateHost(
        Dictionary<string, string?> configuration,
        Action<MemGuardOptions>? configure = null,
        Action<IServiceCollection>? configureServices = null,
        bool isLogged = false)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddMemGuard(configure ?? (static _ => { }));
        configureServices?.Invoke(builder.Services);
        if (isLogged)
        {
            builder.Logging.AddFakeLogging();
        }

        return builder.Build();
    }

    private static void Reload(IHost host, string key, string value)
    {
        IConfigurationRoot configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration[key] = value;
        configuration.Reload();
    }

    private sealed class Unbuildable(Version missing) : IMemoryAlertHandler
    {
        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken) => throw new InvalidOperationException(missing.ToString());
    }
}
