using MemGuard.Caching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MemGuard;

/// <summary>Puts a bounded cache where libraries ask for an <see cref="IMemoryCache"/>.</summary>
public static class BoundedMemoryCacheServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="BoundedMemoryCache"/> as the <see cref="IMemoryCache"/>, in the place of another that was registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static IServiceCollection AddBoundedMemoryCache(this IServiceCollection services, Action<BoundedMemoryCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        BoundedMemoryCacheOptions options = new();
        configure?.Invoke(options);
        if (options.GetErrors().FirstOrDefault() is string error)
        {
            throw new ArgumentException(error, nameof(configure));
        }

        services.RemoveAll<BoundedMemoryCache>();
        services.AddSingleton(provider => new BoundedMemoryCache(options, provider.GetService<TimeProvider>()));
        return services.Replace(ServiceDescriptor.Singleton<IMemoryCache>(static provider => provider.GetRequiredService<BoundedMemoryCache>()));
    }
}
