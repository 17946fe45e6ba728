using MemGuard.AspNetCore;
using MemGuard.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace MemGuard;

/// <summary>Maps MemGuard's page and its JSON.</summary>
public static class MemGuardEndpointRouteBuilderExtensions
{
    /// <summary>Maps the page that shows whether this service has a memory problem, which, and what holds the memory; its JSON (<c>api/v1/…</c>) and its events.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>One builder for every route of it, assets included.</returns>
    /// <remarks>
    /// Outside Development every route answers 404 until it carries authorization: <c>app.MapMemGuard().RequireAuthorization("operators")</c>, or is
    /// opened by name with <see cref="MemGuardEndpointConventionBuilderExtensions.AllowWithoutAuthorization{TBuilder}"/>. Nothing is computed while nobody looks.
    /// </remarks>
    /// <exception cref="InvalidOperationException"><c>AddMemGuard()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapMemGuard(this IEndpointRouteBuilder endpoints, string pattern = "/memguard", Action<MemGuardEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        MemGuardEndpointOptions options = new();
        configure?.Invoke(options);
        return MemGuardRoutes.Map(endpoints, pattern, options);
    }
}
