using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>Decides at each request whether the endpoint exists for anybody: without it, nothing of MemGuard is to be found.</summary>
internal sealed class EndpointGate(IHostEnvironment environment, ILogger logger)
{
    private int _hasSaidClosed;

    /// <summary>Whether the endpoint is there. Who may use it is the authorization middleware's business, which has run before.</summary>
    public bool IsOpen(HttpContext context)
    {
        if (KillSwitch.IsOn || context.GetEndpoint() is not { } endpoint)
        {
            return false;
        }

        // What carries authorization and is anonymous is not authorized by anybody: the middleware lets everybody through.
        EndpointMetadataCollection metadata = endpoint.Metadata;
        bool isAuthorized = CarriesAuthorization(metadata) && metadata.GetMetadata<IAllowAnonymous>() is null;
        if (isAuthorized || environment.IsDevelopment() || metadata.GetMetadata<OpenedByName>() is not null)
        {
            return true;
        }

        if (Interlocked.Exchange(ref _hasSaidClosed, 1) == 0)
        {
            Containment.Run(logger, static logger => Log.PageClosed(logger));
        }

        return false;
    }

    public static bool CarriesAuthorization(IEnumerable<object> metadata) =>
        metadata.Any(static one => one is IAuthorizeData or IAuthorizationRequirementData or AuthorizationPolicy);
}
