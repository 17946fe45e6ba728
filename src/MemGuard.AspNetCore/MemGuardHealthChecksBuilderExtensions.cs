using MemGuard.AspNetCore.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MemGuard;

/// <summary>Adds MemGuard to the health checks.</summary>
public static class MemGuardHealthChecksBuilderExtensions
{
    /// <summary>Reports a confirmed memory problem as Degraded, with the figures and the suspect as data. Costs no measurement.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What a confirmed problem is; null for <see cref="HealthStatus.Degraded"/>.</param>
    /// <param name="tags">Tags, to choose the check for readiness or for people.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// Do not answer a liveness probe with <see cref="HealthStatus.Unhealthy"/>: it restarts a service that would have lived for hours, and takes the
    /// evidence with it.
    /// </remarks>
    public static IHealthChecksBuilder AddMemGuard(this IHealthChecksBuilder builder, string name = "memguard", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return builder.Add(new HealthCheckRegistration(name, static services => new MemGuardHealthCheck(services.GetRequiredService<IMemoryMonitor>()), failureStatus ?? HealthStatus.Degraded, tags));
    }
}
