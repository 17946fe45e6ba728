using MemGuard.Bounded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Registers bounded caches.</summary>
public static class BoundedCacheServiceCollectionExtensions
{
    /// <summary>Adds a cache as a keyed singleton: inject it with <c>[FromKeyedServices("name")]</c>.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The key of the service, the name of its options, and the name under which it reports unless the options give another.</param>
    /// <param name="configure">Sets the capacity, at least. Checked when the host starts.</param>
    public static IServiceCollection AddBoundedCache<TKey, TValue>(
        this IServiceCollection services, string name, Action<BoundedCacheOptions<TKey, TValue>> configure)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(configure);
        AddCache<TKey, TValue>(services, name).Configure(configure);
        return services;
    }

    /// <summary>Adds a cache whose bounds come from configuration, as a keyed singleton.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The key of the service, the name of its options, and the name under which it reports unless the options give another.</param>
    /// <param name="section">Values of <see cref="BoundedCacheOptions"/>, <c>Capacity</c> at least. Checked when the host starts.</param>
    /// <param name="configure">Sets what configuration cannot express, after it was bound: the weigher, the callback.</param>
    public static IServiceCollection AddBoundedCache<TKey, TValue>(
        this IServiceCollection services, string name, IConfiguration section, Action<BoundedCacheOptions<TKey, TValue>>? configure = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(section);
        OptionsBuilder<BoundedCacheOptions<TKey, TValue>> options = AddCache<TKey, TValue>(services, name).Configure(options => Bind(section, options));
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return services;
    }

    private static OptionsBuilder<BoundedCacheOptions<TKey, TValue>> AddCache<TKey, TValue>(IServiceCollection services, string name)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.TryAddKeyedSingleton(name, static (provider, key) => new BoundedCache<TKey, TValue>(
            provider.GetRequiredService<IOptionsMonitor<BoundedCacheOptions<TKey, TValue>>>().Get((string)key!),
            provider.GetService<TimeProvider>()));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<BoundedCacheOptions<TKey, TValue>>, BoundedCacheOptionsValidator<TKey, TValue>>());
        return services.AddOptions<BoundedCacheOptions<TKey, TValue>>(name).PostConfigure(options => options.Name ??= name).ValidateOnStart();
    }

    // The generated binder knows the concrete base class; it cannot see into a type parameter.
    private static void Bind(IConfiguration section, BoundedCacheOptions options) => UnreadableValue.Explain(() => section.Bind(options));
}
