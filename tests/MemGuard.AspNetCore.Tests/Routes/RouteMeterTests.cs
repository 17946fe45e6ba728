using System.Text.Json;
using MemGuard.AspNetCore.Routes;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Routes;

public sealed class RouteMeterTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Allocations_OfARequestThatHopsThreads_AreItsOwn()
    {
        await using TestSite site = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => site.GetTextAsync(i % 2 == 0 ? $"small/{i}" : $"large/{i}")));

        Assert.InRange(await ReadAllocatedAsync(site, "large/{id}", requests: 10), 40 * Megabyte, 50 * Megabyte);
        Assert.InRange(await ReadAllocatedAsync(site, "small/{id}", requests: 10), 1, 10 * Megabyte / 4);
        Assert.Equal("GET /large/{id}", (await ReadRowsAsync(site))[0].GetProperty("route").GetString());
    }

    [Theory]
    [InlineData("one-thread")]
    [InlineData("yields")]
    [InlineData("delays")]
    [InlineData("pool")]
    [InlineData("parallel")]
    [InlineData("each-parallel")]
    [InlineData("stream")]
    [InlineData("own-thread")]
    public async Task Allocations_OverHops_AreWithinFivePercentOfThePlanted(string route)
    {
        const int Requests = 8;
        await using TestSite site = await StartAsync();

        // The first request allocates what its path makes once, which is no mistake of the meter.
        await site.GetTextAsync($"hops/{route}");
        long first = await ReadAllocatedAsync(site, $"hops/{route}", requests: 1);
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => site.GetTextAsync($"hops/{route}")));

        double counted = await ReadAllocatedAsync(site, $"hops/{route}", requests: Requests + 1) - first;
        Assert.InRange(counted / Requests / Hops.PlantedBytes, 1, 1.05);
    }

    [Fact]
    public async Task Evidence_AfterASuspicion_NamesTheRouteThatAllocatedSince()
    {
        await using TestSite site = await StartAsync();
        RouteEvidence evidence = new(site.App.Services.GetRequiredService<RouteTable>());
        MemGuard.Triage.MemoryDiagnosis diagnosis = Shop.Diagnosis(true, Shop.Samples(1, 0, null)[0]);
        await site.GetTextAsync("large/1");
        await AwaitRequestsAsync(site, 1);
        await evidence.CollectAsync(new EvidenceRequest { Purpose = EvidencePurpose.Baseline, Diagnosis = diagnosis }, CancellationToken.None);
        await site.GetTextAsync("middle");
        await AwaitRequestsAsync(site, 2);

        EvidenceResult result = await evidence.CollectAsync(new EvidenceRequest { Purpose = EvidencePurpose.Suspect, Diagnosis = diagnosis }, CancellationToken.None);

        Assert.Matches("^[0-9]+ % of the allocations of requests since the suspicion: GET /middle\\.$", Assert.Single(result.Notes));
        Assert.Empty(result.Suspects);
    }

    [Fact]
    public void Table_OfMoreRoutesThanItKeeps_HasARowForTheRest()
    {
        RouteTable table = new(1, TimeProvider.System);
        for (int i = 0; i < 300; i++)
        {
            table.Add($"GET /{i}", 10, table.Now);
        }

        Assert.Equal(201, table.Write().Routes.Count);
        Assert.Equal(100, table.Write().Routes.Single(static row => row.Route == "other routes").MeasuredRequests);
    }

    [Fact]
    public void ShouldMeasure_OneInTen_IsTrueForATenth()
    {
        RouteTable table = new(10, TimeProvider.System);

        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => table.ShouldMeasure()));
    }

    [Theory]
    [InlineData("GET", "GET /any/{id}")]
    [InlineData("POST", "POST /any/{id}")]
    [InlineData("PUT", "PUT /any/{id}")]
    [InlineData("DELETE", "DELETE /any/{id}")]
    [InlineData("PATCH", "PATCH /any/{id}")]
    [InlineData("HEAD", "HEAD /any/{id}")]
    [InlineData("MADEUP", "other /any/{id}")]
    public async Task Route_OfAnyMethod_IsNamedByItsPatternAndAKnownMethod(string method, string name)
    {
        await using TestSite site = await StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri("any/1", UriKind.Relative));
        using HttpResponseMessage response = await site.Client.SendAsync(request);

        Assert.Equal([name], (await AwaitRequestsAsync(site, 1)).Select(static row => row.Route));
    }

    [Fact]
    public async Task Route_OfARequestThatNoRouteMatches_IsOneRow()
    {
        await using TestSite site = await StartAsync();
        using HttpResponseMessage first = await site.Client.GetAsync(new Uri("nowhere/1", UriKind.Relative));
        using HttpResponseMessage second = await site.Client.GetAsync(new Uri("nowhere/2", UriKind.Relative));

        PageRoute row = Assert.Single(await AwaitRequestsAsync(site, 2));

        Assert.Equal(("without a route", 2L), (row.Route, row.MeasuredRequests));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    public void AddRouteMeter_OneIn_HasARange(int oneIn, bool isAllowed)
    {
        Exception? error = Record.Exception(() => new Builder(new ServiceCollection()).AddRouteMeter(options => options.OneIn = oneIn));

        Assert.Equal(isAllowed, error is null);
        Assert.True(isAllowed || error!.Message.StartsWith("OneIn must be from 1 to 1,000,000.", StringComparison.Ordinal));
    }

    /// <returns>Bytes of all requests of the route, once so many are in the table: an answer may be read before its request has ended.</returns>
    private static async Task<long> ReadAllocatedAsync(TestSite site, string route, int requests)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            JsonElement? row = (await ReadRowsAsync(site)).Where(row => row.GetProperty("route").GetString() == $"GET /{route}").Cast<JsonElement?>().SingleOrDefault();
            if (row is { } found && found.GetProperty("measuredRequests").GetInt64() == requests)
            {
                return found.GetProperty("allocatedBytesPerRequest").GetInt64() * requests;
            }
        }

        throw new InvalidOperationException($"The table never had {requests} requests of {route}.");
    }

    private static async Task<JsonElement[]> ReadRowsAsync(TestSite site)
    {
        using JsonDocument routes = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/routes"));
        return [.. routes.RootElement.GetProperty("routes").EnumerateArray().Select(static row => row.Clone())];
    }

    // An answer may be read before its request has ended.
    private static async Task<IReadOnlyList<PageRoute>> AwaitRequestsAsync(TestSite site, long requests)
    {
        RouteTable table = site.App.Services.GetRequiredService<RouteTable>();
        for (int attempt = 0; attempt < 10_000 && table.Write().Routes.Sum(static row => row.MeasuredRequests) < requests; attempt++)
        {
            await Task.Delay(1);
        }

        return table.Write().Routes;
    }

    private static Task<TestSite> StartAsync() => TestSite.StartAsync(
        Shop.In("off"),
        static app =>
        {
            app.MapGet("/small/{id}", static async (int id) =>
            {
                await Task.Yield();
                return "small";
            });
            app.MapGet("/middle", static () => new byte[2 * Megabyte].Length.ToString());
            app.MapGet("/large/{id}", static async (int id) =>
            {
                int length = 0;
                for (int i = 0; i < 4; i++)
                {
                    length += new byte[Megabyte].Length;
                    await Task.Yield();
                }

                return length.ToString();
            });
            Hops.Map(app);
            app.Map("/any/{id}", static (int id) => "any");
            app.MapMemGuard();
        },
        services: static services => new Builder(services).AddRouteMeter(static options => options.OneIn = 1));

    private sealed record Builder(IServiceCollection Services) : IMemGuardBuilder;
}
