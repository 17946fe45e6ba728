using MemGuard.Evidence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MemGuard;

/// <summary>Adds MemGuard to a host.</summary>
public static class MemGuardServiceCollectionExtensions
{
    private const string DefaultSection = "MemGuard";

    /// <summary>Watches the memory of this process. Reads the configuration section <c>MemGuard</c> when the host has a configuration.</summary>
    /// <param name="services">The services of the host.</param>
    /// <returns>A builder that adds handlers and further evidence.</returns>
    /// <remarks>Calling it more than once is harmless. Invalid options stop the host at start with a message that names the option and its range.</remarks>
    public static IMemGuardBuilder AddMemGuard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MemGuardOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<MemGuardOptions>, ConfigureFromHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<MemGuardOptions>, HostConfigurationChanges>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MemGuardOptions>, MemGuardOptionsValidator>());
        services.TryAddSingleton<LastGoodOptionsFactory>();
        services.TryAddSingleton<IRefusedOptions>(static provider => provider.GetRequiredService<LastGoodOptionsFactory>());
        services.TryAddSingleton<IOptionsFactory<MemGuardOptions>>(static provider => provider.GetRequiredService<LastGoodOptionsFactory>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEvidenceCollector, BoundedStructureEvidence>(static _ => new BoundedStructureEvidence()));
        services.TryAddSingleton(_ => new ContainedServices(services));
        services.TryAddSingleton<MemoryMonitorService>();
        services.TryAddSingleton<IMemoryMonitor>(static provider => provider.GetRequiredService<MemoryMonitorService>());
        services.TryAddSingleton(CreateProbe);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MemoryMonitorService>(static provider => provider.GetRequiredService<MemoryMonitorService>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MemGuardOptions>, UnknownOptionsNotice>(static provider => new UnknownOptionsNotice(provider)));
        return new MemGuardBuilder(services);
    }

    /// <summary>Watches the memory of this process with options set in code, which win over the configuration.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>A builder that adds handlers and further evidence.</returns>
    public static IMemGuardBuilder AddMemGuard(this IServiceCollection services, Action<MemGuardOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        IMemGuardBuilder builder = services.AddMemGuard();
        services.Configure(configure);
        return builder;
    }

    /// <summary>Watches the memory of this process with options from a configuration section of your choice.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="section">The section that holds the options themselves, not its parent. Changes are followed at run time.</param>
    /// <returns>A builder that adds handlers and further evidence.</returns>
    public static IMemGuardBuilder AddMemGuard(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        IMemGuardBuilder builder = services.AddMemGuard();
        services.AddSingleton<IOptionsChangeTokenSource<MemGuardOptions>>(new ConfigurationChangeTokenSource<MemGuardOptions>(Options.DefaultName, section));
        services.Configure<MemGuardOptions>(options => Bind(section, options));
        services.AddSingleton(new OptionsSection(section, (section as IConfigurationSection)?.Path ?? DefaultSection));
        return builder;
    }

    private static IMemoryProbe CreateProbe(IServiceProvider provider)
    {
        IOptionsMonitor<MemGuardOptions> options = provider.GetRequiredService<IOptionsMonitor<MemGuardOptions>>();
        IMemoryMonitor monitor = provider.GetRequiredService<IMemoryMonitor>();
        TimeProvider time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
        bool isDevelopment = provider.GetService<IHostEnvironment>()?.IsDevelopment() ?? false;
        ProbedHeap heap = new();
        return new MemoryProbe(
            heap,
            new NativeProbe(new NativeAllocator(heap), isDevelopment, time),
            () => KillSwitch.IsOn || options.CurrentValue is not { Enabled: true } current ? null : current.Probe,
            isDevelopment,
            () => monitor.Diagnose().Problem,
            time,
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("MemGuard"));
    }

    private static void Bind(IConfiguration section, MemGuardOptions options)
    {
        // Before all else: binding ends at the first value that it cannot read, and MemGuard may have been turned off because of that value.
        if (bool.TryParse(section[nameof(MemGuardOptions.Enabled)], out bool isEnabled))
        {
            options.Enabled = isEnabled;
        }

        UnreadableValue.Explain(() => section.Bind(options));
    }

    private sealed class ConfigureFromHost(IServiceProvider services) : IConfigureOptions<MemGuardOptions>
    {
        public void Configure(MemGuardOptions options)
        {
            // What binds is some code: not where there is nothing to bind.
            if (services.GetService<IConfiguration>()?.GetSection(DefaultSection) is { } section && section.Exists())
            {
                Bind(section, options);
            }
        }
    }

    private sealed class HostConfigurationChanges(IServiceProvider services) : IOptionsChangeTokenSource<MemGuardOptions>
    {
        public string Name => Options.DefaultName;

        public IChangeToken GetChangeToken() =>
            services.GetService<IConfiguration>()?.GetReloadToken() ?? new CancellationChangeToken(CancellationToken.None);
    }
}
