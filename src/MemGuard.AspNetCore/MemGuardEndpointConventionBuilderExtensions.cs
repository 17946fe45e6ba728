using MemGuard.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace MemGuard;

/// <summary>Opens MemGuard's endpoints.</summary>
public static class MemGuardEndpointConventionBuilderExtensions
{
    /// <summary>Opens MemGuard's page to everybody who can reach it, outside Development too. Only where something else keeps strangers away, such as a port of its own.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">What <c>MapMemGuard</c> returned.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>The page shows names of types and fields, sizes and counts; never contents. Where the endpoints carry authorization too, that wins.</remarks>
    public static TBuilder AllowWithoutAuthorization<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(static endpoint => endpoint.Metadata.Add(OpenedByName.Instance));

        // At the end, when all conventions are known: a policy for everything else must not lock the page, and authorization of its own must not be undone.
        builder.Finally(static endpoint =>
        {
            if (!EndpointGate.CarriesAuthorization(endpoint.Metadata))
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
        });
        return builder;
    }
}
