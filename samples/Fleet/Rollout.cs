using Fleet.Prometheus;

namespace Fleet;

/// <summary>The story of a release: three shops, one of them gets a version that leaks, the rules tell, it is rolled back, the alerts clear.</summary>
internal static class Rollout
{
    private const int RequestsPerSecond = 150;
    private static readonly string[] Awaited = ["MemGuardProblemConfirmed", "MemGuardRolloutRegression", "MemGuardLimitNear"];

    public static async Task<int> RunAsync(string program, int speed, CancellationToken cancellationToken)
    {
        await using ShopProcess first = ShopProcess.Start("shop-1", isNext: false);
        await using ShopProcess second = ShopProcess.Start("shop-2", isNext: false);
        ShopProcess third = ShopProcess.Start("shop-3", isNext: true);
        try
        {
            await using PrometheusServer prometheus = await PrometheusServer.StartAsync(program, [first.Target, second.Target, third.Target], speed, cancellationToken);
            Console.WriteLine($"shop-1 and shop-2 are version 1.4.0, shop-3 got 1.5.0; {RequestsPerSecond} requests a second each. Prometheus: {prometheus.Address}, the rules {speed} times as fast.");
            using CancellationTokenSource driving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task load = Task.WhenAll(new[] { first, second, third }.Select(shop => DriveAsync(shop.Address, driving.Token)));
            AlertBoard board = new(prometheus);
            ShopProcess leaking = third;
            await board.FollowUntilAsync(firing => leaking.HasConfirmed && Awaited.All(name => firing.Any(alert => alert.Name == name)), cancellationToken);

            Console.WriteLine("          shop-3 is rolled back to version 1.4.0.");
            await third.DisposeAsync();
            third = ShopProcess.Start("shop-3", isNext: false, third.Address);
            await board.FollowUntilAsync(static firing => firing.Count == 0, cancellationToken);
            await driving.CancelAsync();
            await load;
            Console.WriteLine("Everything that was to fire has fired, on shop-3 and version 1.5.0, and has cleared.");
            return 0;
        }
        finally
        {
            await third.DisposeAsync();
        }
    }

    private static async Task DriveAsync(Uri shop, CancellationToken cancellationToken)
    {
        using HttpClient client = new() { BaseAddress = shop };
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1.0 / RequestsPerSecond));
        for (int number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                await client.GetStringAsync(new Uri($"products/{number % 1000}", UriKind.Relative), cancellationToken);
            }
            catch (HttpRequestException)
            {
                // Starting, or being replaced.
                await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
