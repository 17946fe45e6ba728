using MemGuard.Lifetimes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Registers guarded events by name.</summary>
public static class GuardedEventServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="GuardedEvent{TEventArgs}"/> as a keyed singleton: <c>[FromKeyedServices("prices")] GuardedEvent&lt;decimal&gt; prices</c>.</summary>
    /// <typeparam name="TEventArgs">The argument that the handlers get.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, and the name in warnings and metrics.</param>
    /// <param name="configure">Sets when to warn; null for the defaults. Options out of their range stop the host at its start.</param>
    public static IServiceCollection AddGuardedEvent<TEventArgs>(this IServiceCollection services, string name, Action<GuardedEventOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddOptions<GuardedEventOptions>(name)
            .Configure<IServiceProvider>((options, provider) =>
            {
                options.Logger = provider.GetService<ILoggerFactory>()?.CreateLogger("MemGuard.Lifetimes.GuardedEvent");
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GuardedEventOptions>, GuardedEventOptionsValidator>());
        services.TryAddKeyedSingleton(name, static (provider, key) =>
            new GuardedEvent<TEventArgs>((string)key!, provider.GetRequiredService<IOptionsMonitor<GuardedEventOptions>>().Get((string)key!)));
        return services;
    }
}
