using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Allocations;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Adds heap snapshots to a MemGuard registration.</summary>
public static class HeapSnapshotBuilderExtensions
{
    private const string Section = "MemGuard:HeapSnapshots";

    /// <summary>
    /// Lets MemGuard take heap snapshots of this process: on an alert, to name what holds the memory; on SIGUSR2; and through
    /// <see cref="IHeapSnapshotService"/>. And allocation profiles: when the process spends its time collecting, to name what allocates; and through
    /// <see cref="IAllocationProfiler"/>.
    /// </summary>
    /// <param name="builder">The MemGuard registration.</param>
    /// <param name="configure">Sets options, which win over the configuration section <c>MemGuard:HeapSnapshots</c>; null for none.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>A snapshot stops the process for a moment: see <see cref="HeapSnapshotOptions.MaxPause"/>. Calling this more than once is harmless.</remarks>
    public static IMemGuardBuilder AddHeapSnapshots(this IMemGuardBuilder builder, Action<HeapSnapshotOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        services.AddOptions<HeapSnapshotOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HeapSnapshotOptions>, ConfigureFromHost>());
        services.TryAddSingleton<IOptionsFactory<HeapSnapshotOptions>, HeapSnapshotOptionsFactory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HeapSnapshotOptions>, HeapSnapshotOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(CreateCapture);
        services.TryAddSingleton(new SingletonNames(services));
        services.TryAddSingleton(CreateService);
        services.TryAddSingleton<IHeapSnapshotService>(static provider => provider.GetRequiredService<HeapSnapshotService>());

        // Before the snapshot, which may use up the alert's wait in a process that stands still for most of the time.
        services.TryAddSingleton<IAllocationProfiler>(static provider => new AllocationProfiler(GetTime(provider), GetLogger(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEvidenceCollector, AllocationEvidence>(static provider => new AllocationEvidence(provider.GetRequiredService<IAllocationProfiler>(), GetOptions(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEvidenceCollector, HeapSnapshotEvidence>(static provider =>
            new HeapSnapshotEvidence(provider.GetRequiredService<HeapSnapshotService>(), GetOptions(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SnapshotSignal>(static provider =>
            new SnapshotSignal(provider.GetRequiredService<HeapSnapshotService>(), GetOptions(provider), GetLogger(provider), GetTime(provider))));
        return builder;
    }

    private static IHeapCapture CreateCapture(IServiceProvider provider) => HeapSnapshotCollector.CreateCapture(GetOptions(provider), GetLogger(provider));

    private static HeapSnapshotService CreateService(IServiceProvider provider)
    {
        return new HeapSnapshotService(
            provider.GetRequiredService<IHeapCapture>(),
            GetOptions(provider),
            provider.GetRequiredService<SingletonNames>(),

            // Asked for when needed: the monitor itself needs the evidence collectors.
            () => MemoryHeadroom.Read(provider.GetService<IMemoryMonitor>()?.Latest),
            GetTime(provider),
            GetLogger(provider));
    }

    private static HeapSnapshotOptions GetOptions(IServiceProvider provider) => provider.GetRequiredService<IOptions<HeapSnapshotOptions>>().Value;

    private static TimeProvider GetTime(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger GetLogger(IServiceProvider provider) =>
        provider.GetService<ILoggerFactory>()?.CreateLogger("MemGuard.HeapSnapshots") ?? NullLogger.Instance;

    private sealed class ConfigureFromHost(IServiceProvider services) : IConfigureOptions<HeapSnapshotOptions>
    {
        public void Configure(HeapSnapshotOptions options)
        {
            // As the options of MemGuard itself.
            if (services.GetService<IConfiguration>()?.GetSection(Section) is { } section && section.Exists())
            {
                UnreadableValue.Explain(() => section.Bind(options));
            }
        }
    }
}
