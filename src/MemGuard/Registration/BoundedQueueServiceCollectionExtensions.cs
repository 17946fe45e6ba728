using System.Threading.Channels;
using MemGuard.Bounded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Registers bounded queues by name.</summary>
public static class BoundedQueueServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="BoundedQueue{T}"/> as a keyed singleton, and its <see cref="ChannelReader{T}"/> and <see cref="ChannelWriter{T}"/> under the same key:
    /// <c>[FromKeyedServices("orders")] ChannelWriter&lt;Order&gt; orders</c>. The container disposes it; what is left then goes to the drop callback.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, and the queue's name in metrics.</param>
    /// <param name="configure">Sets at least <see cref="BoundedQueueOptions.Capacity"/>. Options out of their range stop the host at its start.</param>
    public static IServiceCollection AddBoundedQueue<T>(this IServiceCollection services, string name, Action<BoundedQueueOptions<T>> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<BoundedQueueOptions<T>>(name)
            .Configure(options =>
            {
                options.Name = name;
                configure(options);
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BoundedQueueOptions<T>>, BoundedQueueOptionsValidator<T>>());
        services.TryAddKeyedSingleton(name, static (provider, key) => new BoundedQueue<T>(
            provider.GetRequiredService<IOptionsMonitor<BoundedQueueOptions<T>>>().Get((string)key!),
            provider.GetService<TimeProvider>()));
        services.TryAddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<BoundedQueue<T>>(key).Reader);
        services.TryAddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<BoundedQueue<T>>(key).Writer);
        return services;
    }

    /// <summary>As the other overload, with the bounds from a configuration section. Read once, when the queue is made.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, and the queue's name in metrics.</param>
    /// <param name="section">For example <c>{ "Capacity": 1000, "MaxWeight": 16777216, "FullMode": "DropOldest", "WaitTimeout": "00:00:05" }</c>.</param>
    /// <param name="configure">Sets what configuration cannot: the weigher and the drop callback. May be null.</param>
    public static IServiceCollection AddBoundedQueue<T>(this IServiceCollection services, string name, IConfiguration section, Action<BoundedQueueOptions<T>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddBoundedQueue<T>(name, options =>
        {
            BoundedQueueOptions bounds = options;
            UnreadableValue.Explain(() => section.Bind(bounds));
            configure?.Invoke(options);
        });
    }
}
