using MemGuard.AspNetCore.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>Adds the start-up audit.</summary>
public static class StartupAuditBuilderExtensions
{
    /// <summary>Says once, at start, in one line what this application has left without a bound — request bodies, buffers, forms, caches, messages, channels — each with the setting that bounds it.</summary>
    /// <param name="builder">The MemGuard registration.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>Reads settings, and creates nothing. Says nothing where all is bounded. Calling this more than once is harmless.</remarks>
    public static IMemGuardBuilder AddStartupAudit(this IMemGuardBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartupAudit>(provider => new StartupAudit(services, provider, provider.GetRequiredService<ILoggerFactory>())));
        return builder;
    }
}
