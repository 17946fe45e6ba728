using MemGuard.AspNetCore.Dashboard;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.HeapSnapshots.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>The table of routes: one group, and nothing outside of it.</summary>
internal static class MemGuardRoutes
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, MemGuardEndpointOptions options)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        IMemoryMonitor monitor = services.GetService<IMemoryMonitor>()
            ?? throw new InvalidOperationException("MapMemGuard() has nothing to show: call services.AddMemGuard() before the application is built.");
        ILogger logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("MemGuard.AspNetCore");
        TimeProvider time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        HeapSnapshotService? snapshots = services.GetService<HeapSnapshotService>();
        SnapshotLibrary library = new(snapshots);
        IMemoryProbe? probe = options.AllowCollections ? services.GetService<IMemoryProbe>() : null;
        SnapshotRun run = new(snapshots, options.AllowSnapshots, time) { IsDownloadAllowed = options.AllowDownloads && snapshots is not null, IsCollectionAllowed = probe is not null };
        PageSource source = new(monitor, library, run, services);
        EventHub hub = new(source, time);

        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        Mapping map = new(group, new EndpointGate(services.GetRequiredService<IHostEnvironment>(), logger));
        PageEndpoints page = new(source, library);
        SnapshotEndpoints heap = new(library, run, logger);
        map.Get("", page.PageAsync);
        map.Get("assets/{name}", PageEndpoints.AssetAsync);
        map.Get("api/v1/state", page.StateAsync);
        map.Get("api/v1/history", page.HistoryAsync);
        map.Get("api/v1/structures", PageEndpoints.StructuresAsync);
        map.Get("api/v1/alerts", page.AlertsAsync);
        if (source.Routes is { } routes)
        {
            map.Get("api/v1/routes", context => Answer.JsonAsync(context, routes.Write(), PageJsonContext.Default.PageRoutes));
        }

        map.Any("api/v1/snapshots", heap.ListOrTakeAsync);
        map.Get("api/v1/snapshots/{id}", heap.DetailAsync);
        map.Get("api/v1/snapshots/{from}/diff/{to}", heap.DiffAsync);
        if (run.IsDownloadAllowed)
        {
            map.Post("api/v1/snapshots/{id}/file", heap.DownloadAsync);
        }

        if (probe is not null)
        {
            map.Post("api/v1/collection", new CollectionEndpoint(probe, logger).CollectAsync);
        }

        map.Get("events", new EventEndpoint(hub, services.GetService<IHostApplicationLifetime>()).StreamAsync);

        // No metadata against CORS: hosting refuses an endpoint that has it where the application has no CORS. See RequestOrigin.
        // No cache of the application's keeps it, no timeout cuts the stream, no sign-in page stands where JSON is expected.
        group.WithMetadata(new OutputCacheAttribute { NoStore = true }, new DisableRequestTimeoutAttribute(), new ExcludeFromDescriptionAttribute());
        return group;
    }

    /// <summary>Adds routes that are there for every method: what is closed must not be told by "method not allowed".</summary>
    private sealed class Mapping(RouteGroupBuilder group, EndpointGate gate)
    {
        public void Get(string pattern, RequestDelegate handle) =>
            Only(pattern, static method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method), "GET, HEAD", handle);

        public void Post(string pattern, RequestDelegate handle) => Only(pattern, HttpMethods.IsPost, "POST", handle);

        private void Only(string pattern, Func<string, bool> isAllowed, string allowed, RequestDelegate handle) => Any(pattern, context =>
        {
            if (isAllowed(context.Request.Method))
            {
                return handle(context);
            }

            context.Response.Headers.Allow = allowed;
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        });

        public void Any(string pattern, RequestDelegate handle)
        {
            IEndpointConventionBuilder route = group.Map(pattern, context =>
            {
                bool isOpen = gate.IsOpen(context);
                if (isOpen && !RequestOrigin.IsForeignScript(context.Request))
                {
                    return handle(context);
                }

                context.Response.StatusCode = isOpen ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
            if (pattern.Length > 0)
            {
                route.WithMetadata(NoRedirect.Instance);
            }
        }
    }

    private sealed class NoRedirect : IDisableCookieRedirectMetadata
    {
        public static NoRedirect Instance { get; } = new();
    }
}
