using System.Diagnostics;
using System.Globalization;
using MemGuard.Sampling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.Benchmarks.Web;

/// <summary>
/// What MemGuard does for each request, which is to count it: hosting, routing and the endpoint as they are, without sockets, on one thread. Batches that are
/// counted and batches that are not take turns thousands of times: what a machine with neighbours does to either averages out.
/// </summary>
internal static class RequestCostProgram
{
    private const int BatchRequests = 2_000;
    private static readonly int WarmUpBatches = Effort.Of(200, least: 1);

    /// <summary>Arguments: [pairs of batches, 2,000 by default].</summary>
    public static int Run(string[] args) => RunAsync(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(int pairs)
    {
        DirectServer server = new();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IServer>(server);

        // With a load signal of its own MemGuard counts no requests: those that count are made here.
        builder.Services.AddMemGuard(static options => options.LoadSignal = static () => 0);
        await using WebApplication app = builder.Build();
        app.MapGet("/orders/{id:int}", static (int id) => $"order {id}, {new string('.', 200)}");
        app.MapMemGuard().AllowWithoutAuthorization();
        await app.StartAsync();

        double[] counted = new double[pairs];
        double[] uncounted = new double[pairs];
        for (int batch = 0; batch < WarmUpBatches; batch++)
        {
            await MeasureAsync(server, isCounted: batch % 2 == 0);
        }

        for (int pair = 0; pair < pairs; pair++)
        {
            bool isCountedFirst = pair % 2 == 0;
            double first = await MeasureAsync(server, isCountedFirst);
            double second = await MeasureAsync(server, !isCountedFirst);
            (counted[pair], uncounted[pair]) = isCountedFirst ? (first, second) : (second, first);
        }

        double[] differences = [.. counted.Zip(uncounted, static (with, without) => with - without).Order()];
        int outside = Math.Max((int)((pairs / 2.0) - (0.98 * Math.Sqrt(pairs))), 0);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A request without sockets: {Median.Of(uncounted):0} ns uncounted, {Median.Of(counted):0} ns counted; the difference of neighbouring batches {Median.Of(differences):0.0} ns (95 % interval of the median {differences[outside]:0.0} to {differences[^(outside + 1)]:0.0})."));
        return 0;
    }

    /// <returns>Nanoseconds a request.</returns>
    private static async Task<double> MeasureAsync(DirectServer server, bool isCounted)
    {
        using RequestCount? count = isCounted ? new RequestCount() : null;

        // Both of the framework's meters are compared first, and hosting's is left alone then.
        await server.SendAsync(BatchRequests / 10);
        count?.Read();
        long start = Stopwatch.GetTimestamp();
        await server.SendAsync(BatchRequests);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / BatchRequests;
    }

    /// <summary>Hands requests to the application, one after the other.</summary>
    private sealed class DirectServer : IServer
    {
        private Func<IFeatureCollection, Task>? _process;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            _process = async features =>
            {
                TContext context = application.CreateContext(features);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, exception: null);
            };
            return Task.CompletedTask;
        }

        public async Task SendAsync(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                FeatureCollection features = new();
                features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Path = "/orders/5", Scheme = "http", Protocol = "HTTP/1.1" });
                features.Set<IHttpResponseFeature>(new HttpResponseFeature());
                features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
                await _process!(features);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
