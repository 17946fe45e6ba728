using MemGuard.AspNetCore;
using MemGuard.AspNetCore.Backpressure;
using Microsoft.AspNetCore.Builder;

namespace MemGuard;

/// <summary>Bounds what responses pile up in the server.</summary>
public static class ResponseLimitExtensions
{
    /// <summary>Bounds the bytes that any handler may write ahead of its client, and ends connections whose client takes nothing; handlers need no change.</summary>
    /// <param name="app">The application. Call it before everything that writes or wraps responses.</param>
    /// <param name="configure">Sets the limits of endpoints that have none of their own; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// A handler that does not await its writes fills memory as fast as it can, without any error. Here it gets an <see cref="InvalidOperationException"/>
    /// instead, and so does one whose client is gone. The responses of each route are listed as a structure <c>response GET /route</c>: those that wait
    /// for their client, their bytes, and how many were given up. Costs some 600 bytes a request.
    /// </remarks>
    /// <exception cref="ArgumentException">A limit is out of its range; the message names it.</exception>
    public static IApplicationBuilder UseMemGuardResponseLimits(this IApplicationBuilder app, Action<ResponseLimitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ResponseLimitOptions options = new();
        configure?.Invoke(options);
        options.Validate();
        ResponseLimits limits = new(options.MaxUnflushedBytes, options.SlowClientTimeout);
        return app.UseMiddleware<ResponseLimitMiddleware>(limits);
    }

    /// <summary>Gives endpoints limits of their own. They need <see cref="UseMemGuardResponseLimits"/>.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="configure">Sets the limits.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A limit is out of its range; the message names it.</exception>
    public static TBuilder WithResponseLimits<TBuilder>(this TBuilder builder, Action<ResponseLimitOptions> configure)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(configure);
        ResponseLimitOptions options = new();
        configure(options);
        options.Validate();
        return builder.WithMetadata(new ResponseLimits(options.MaxUnflushedBytes, options.SlowClientTimeout));
    }

    /// <summary>Takes endpoints out of the limits.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder WithoutResponseLimits<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(ResponseLimits.None);
}
