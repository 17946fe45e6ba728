using System.Net;
using System.Text;
using System.Text.Json;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Endpoints;

/// <summary>What the page may do beyond showing, each by an option of its own.</summary>
public sealed class ActionEndpointTests
{
    private readonly FakeProbe _probe = new();

    [Theory]
    [InlineData("api/v1/collection")]
    [InlineData("api/v1/snapshots/ID/file")]
    public async Task Post_NotAllowed_IsNotThere(string address)
    {
        await using TestSite site = await StartAsync(static _ => { });

        using HttpResponseMessage response = await PostAsync(site, await ResolveAsync(site, address));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(0, _probe.Calls);
    }

    [Theory]
    [InlineData("api/v1/collection")]
    [InlineData("api/v1/snapshots/ID/file")]
    public async Task Get_OfAnAction_DoesNothing(string address)
    {
        await using TestSite site = await StartAllowedAsync();

        using HttpResponseMessage response = await site.Client.GetAsync(new Uri("memguard/" + await ResolveAsync(site, address), UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.Equal(0, _probe.Calls);
    }

    [Theory]
    [InlineData("api/v1/collection", "cross-site", true)]
    [InlineData("api/v1/collection", null, false)]
    [InlineData("api/v1/snapshots/ID/file", "cross-site", true)]
    [InlineData("api/v1/snapshots/ID/file", null, false)]
    public async Task Post_FromAnotherSite_IsRefusedAndLogged(string address, string? fetchSite, bool hasHeader)
    {
        await using TestSite site = await StartAllowedAsync();

        using HttpResponseMessage response = await PostAsync(site, await ResolveAsync(site, address), fetchSite, hasHeader);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(0, _probe.Calls);
        Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == 6002);
    }

    [Fact]
    public async Task Download_OfAKeptSnapshot_IsTheFileThatToolsRead()
    {
        await using TestSite site = await StartAllowedAsync();
        string address = await ResolveAsync(site, "api/v1/snapshots/ID/file");

        using HttpResponseMessage response = await PostAsync(site, address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        string file = Path.Combine(Path.GetTempPath(), "memguard-test-" + Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(file, await response.Content.ReadAsByteArrayAsync());
            using HeapSnapshot snapshot = HeapSnapshot.Open(file);
            Assert.Contains(snapshot.Dominators, static place => place.Name.StartsWith("static A._cache", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains(" by somebody without a name", Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == 6003).Message, StringComparison.Ordinal);

        // The next one may be sent when this one has been.
        using HttpResponseMessage again = await PostAsync(site, address);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("..%2Fgovernor")]
    [InlineData("snapshot-20261129-020000-00000000")]
    public async Task Download_OfWhatIsNoneOfTheList_IsNotFound(string id)
    {
        await using TestSite site = await StartAllowedAsync();

        using HttpResponseMessage response = await PostAsync(site, $"api/v1/snapshots/{id}/file");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Collection_Allowed_IsMadeInTheBackgroundAndLogged()
    {
        await using TestSite site = await StartAllowedAsync();

        using HttpResponseMessage response = await PostAsync(site, "api/v1/collection");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(300 << 20, answer.RootElement.GetProperty("liveBytes").GetInt64());
        Assert.Contains("75 % retained", answer.RootElement.GetProperty("line").GetString(), StringComparison.Ordinal);
        Assert.Equal(ProbeCollection.Background, _probe.Last);
        Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == 6004);
    }

    [Fact]
    public async Task Collection_BudgetSpent_IsAConflictWithTheReason()
    {
        _probe.Refusal = "the budget is spent";
        await using TestSite site = await StartAllowedAsync();

        using HttpResponseMessage response = await PostAsync(site, "api/v1/collection");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("The budget is spent.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<TestSite> StartAllowedAsync() => StartAsync(static options =>
    {
        options.AllowDownloads = true;
        options.AllowCollections = true;
    });

    private Task<TestSite> StartAsync(Action<MemGuardEndpointOptions> configure) => TestSite.StartAsync(
        Shop.In("confirmed"),
        app => app.MapMemGuard(configure: configure),
        services: services =>
        {
            services.AddSingleton<IMemoryProbe>(_probe);
            TestSite.AddSnapshots(services, new FakeCapture(), ExampleSnapshot.Of(3) with { TakenAt = new DateTimeOffset(2026, 11, 29, 2, 8, 0, TimeSpan.Zero) });
        });

    private static async Task<string> ResolveAsync(TestSite site, string address)
    {
        using JsonDocument list = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/snapshots"));
        return address.Replace("ID", list.RootElement.GetProperty("snapshots")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(TestSite site, string address, string? fetchSite = null, bool hasHeader = true)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri("memguard/" + address, UriKind.Relative)) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (fetchSite is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
        }

        if (hasHeader)
        {
            request.Headers.Add("X-MemGuard", "1");
        }

        return await site.Client.SendAsync(request);
    }

    private sealed class FakeProbe : IMemoryProbe
    {
        public string? Refusal { get; set; }

        public int Calls { get; private set; }

        public ProbeCollection? Last { get; private set; }

        public Task<LiveMeasurement> MeasureLiveAsync(ProbeCollection collection = ProbeCollection.Background, CancellationToken cancellationToken = default)
        {
            Calls++;
            Last = collection;
            return Task.FromResult(Refusal is null
                ? new LiveMeasurement { BeforeBytes = 400L << 20, LiveBytes = 300L << 20, Pause = TimeSpan.FromMilliseconds(1) }
                : new LiveMeasurement { RefusedBecause = Refusal });
        }

        public Task<NativeMeasurement> MeasureNativeAsync(bool trim = false, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
