using Fleet.Prometheus;
using Fleet.Shop;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Fleet.Simulation;

/// <summary>Twenty instances under a real Prometheus: each alert fires for the service that has its trouble, for no other, and clears.</summary>
internal static class FleetSimulation
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string program, int speed, CancellationToken cancellationToken)
    {
        IReadOnlyList<Trouble> troubles = Trouble.All(await ScrapeRealShopAsync(cancellationToken));
        SimulatedInstance[] instances = [.. troubles.SelectMany(static trouble => trouble.Instances)];
        await using WebApplication site = Serve(instances);
        await site.StartAsync(cancellationToken);
        Uri address = AddressOf(site);
        ScrapeTarget[] targets = [.. instances.Select(instance => new ScrapeTarget(instance.Job, instance.Name, new Uri(address, $"metrics/{instance.Name}")))];
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(program, targets, speed, cancellationToken);
        Console.WriteLine($"{instances.Length} instances of {troubles.Count} services. Prometheus: {prometheus.Address}, the rules {speed} times as fast.");

        HashSet<(string Alert, string Job, string Subject)> expected =
            [.. troubles.SelectMany(static trouble => trouble.Expected.Select(one => (one.Alert, trouble.Instances[0].Job, one.Subject)))];
        AlertBoard board = new(prometheus);
        bool isRight = true;
        void Examine(IReadOnlyList<FiringAlert> firing, bool mayFire) =>
            isRight &= firing.All(alert => mayFire && expected.Contains((alert.Name, alert.Job, alert.Subject)));

        await board.FollowUntilAsync(firing => Step(firing, mayFire: false, board.Elapsed >= Quiet), cancellationToken);
        Console.WriteLine($"{board.Elapsed.TotalSeconds,6:0.0} s  every trouble begins");
        foreach (Trouble trouble in troubles)
        {
            trouble.Begin();
        }

        HashSet<(string, string, string)> seen = [];
        try
        {
            await board.FollowUntilAsync(firing => Step(firing, mayFire: true, Collect(firing) == expected.Count), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"Not seen: {string.Join(", ", expected.Except(seen))}.");
            throw;
        }

        Console.WriteLine($"{board.Elapsed.TotalSeconds,6:0.0} s  every trouble ends");
        foreach (Trouble trouble in troubles)
        {
            trouble.End();
        }

        await board.FollowUntilAsync(firing => Step(firing, mayFire: true, firing.Count == 0), cancellationToken);
        Console.WriteLine(isRight ? $"All {expected.Count} fired for what they are about, for nothing else, and cleared." : "WRONG: an alert fired that was not expected.");
        return isRight ? 0 : 1;

        bool Step(IReadOnlyList<FiringAlert> firing, bool mayFire, bool isEnough)
        {
            Examine(firing, mayFire);
            return isEnough;
        }

        // Those whose trouble is over by itself have cleared before the last one fires.
        int Collect(IReadOnlyList<FiringAlert> firing)
        {
            seen.UnionWith(firing.Select(static alert => (alert.Name, alert.Job, alert.Subject)));
            return seen.Count(expected.Contains);
        }
    }

    // What the simulated instances publish is what the real exporter wrote for a real shop, so names and labels are its own.
    private static async Task<string> ScrapeRealShopAsync(CancellationToken cancellationToken)
    {
        await using WebApplication shop = ShopApp.Build("http://127.0.0.1:0", Catalogue.Find);
        await shop.StartAsync(cancellationToken);
        using HttpClient client = new() { BaseAddress = AddressOf(shop) };
        await client.GetStringAsync(new Uri("products/1", UriKind.Relative), cancellationToken);
        string text;
        do
        {
            // The first sample is taken on a thread of its own, the first full collection makes the live heap known.
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            GC.Collect();
            text = await client.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken);
        }
        while (!text.Contains("memguard_gc_heap_live_bytes{", StringComparison.Ordinal) || !text.Contains("http_server_request_duration_seconds_count{", StringComparison.Ordinal));

        await shop.StopAsync(cancellationToken);
        return text;
    }

    private static WebApplication Serve(IReadOnlyList<SimulatedInstance> instances)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication site = builder.Build();
        site.MapGet("/metrics/{name}", (string name) =>
            instances.FirstOrDefault(instance => instance.Name == name) is { } found ? Results.Text(found.Render(), "text/plain; version=0.0.4") : Results.NotFound());
        return site;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
