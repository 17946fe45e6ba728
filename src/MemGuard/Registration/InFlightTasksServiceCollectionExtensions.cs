using MemGuard.Bounded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Registers accounts of background tasks by name.</summary>
public static class InFlightTasksServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="InFlightTasks"/> as a keyed singleton: <c>[FromKeyedServices("mails")] InFlightTasks mails</c>. The container drains it when it
    /// is disposed of, asynchronously as a host does.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, and the name in metrics and logs.</param>
    /// <param name="configure">Sets at least <see cref="InFlightTasksOptions.Capacity"/>. Options out of their range stop the host at its start.</param>
    public static IServiceCollection AddInFlightTasks(this IServiceCollection services, string name, Action<InFlightTasksOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<InFlightTasksOptions>(name)
            .Configure<IServiceProvider>((options, provider) =>
            {
                options.Name = name;
                options.Logger = provider.GetService<ILoggerFactory>()?.CreateLogger(typeof(InFlightTasks).FullName!);
                configure(options);
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InFlightTasksOptions>, InFlightTasksOptionsValidator>());
        services.TryAddKeyedSingleton(name, static (provider, key) => new InFlightTasks(
            provider.GetRequiredService<IOptionsMonitor<InFlightTasksOptions>>().Get((string)key!),
            provider.GetService<TimeProvider>()));
        return services;
    }
}
