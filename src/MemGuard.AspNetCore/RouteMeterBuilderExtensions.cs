using MemGuard.AspNetCore;
using MemGuard.AspNetCore.Routes;
using MemGuard.Evidence;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MemGuard;

/// <summary>Adds the route meter.</summary>
public static class RouteMeterBuilderExtensions
{
    /// <summary>Measures which routes allocate and how long they take, on a sample of the requests; the page lists them, and an alert says which route most of the allocations came from.</summary>
    /// <param name="builder">The MemGuard registration.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>Routes are told apart by their pattern, at most 200 of them. What a request allocates is not what it keeps: read it beside the suspect.</remarks>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static IMemGuardBuilder AddRouteMeter(this IMemGuardBuilder builder, Action<RouteMeterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        RouteMeterOptions options = new();
        configure?.Invoke(options);
        options.Validate();
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(provider => new RouteTable(options.OneIn, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, RouteMeterFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEvidenceCollector, RouteEvidence>());
        return builder;
    }
}
