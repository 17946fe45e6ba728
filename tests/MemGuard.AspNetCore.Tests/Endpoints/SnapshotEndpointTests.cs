using System.Net;
using System.Text;
using System.Text.Json;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Endpoints;

public sealed class SnapshotEndpointTests
{
    private readonly FakeCapture _capture = new();

    [Theory]
    [InlineData(null, true, "application/json", HttpStatusCode.Accepted)]
    [InlineData("same-origin", true, "application/json", HttpStatusCode.Accepted)]
    [InlineData("cross-site", true, "application/json", HttpStatusCode.Forbidden)]
    [InlineData("same-site", true, "application/json", HttpStatusCode.Forbidden)]
    [InlineData("none", true, "application/json", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", false, "application/json", HttpStatusCode.Forbidden)]
    [InlineData(null, false, "application/json", HttpStatusCode.Forbidden)]
    [InlineData(null, true, "text/plain", HttpStatusCode.Forbidden)]
    [InlineData(null, true, "application/x-www-form-urlencoded", HttpStatusCode.Forbidden)]
    public async Task Post_FromHereOrElsewhere_IsToldApart(string? site, bool hasHeader, string type, HttpStatusCode expected)
    {
        await using TestSite shop = await StartAsync();

        using HttpResponseMessage response = await PostAsync(shop, site, hasHeader, type);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Accepted ? 6001 : 6002, Assert.Single(shop.Logs.GetSnapshot(), static line => line.Id.Id is 6001 or 6002).Id.Id);
    }

    [Fact]
    public async Task Post_OfASignedInUser_IsLoggedWithTheName()
    {
        await using TestSite site = await TestSite.StartAsync(
            Shop.In("confirmed"),
            static app => app.MapMemGuard(configure: static options => options.AllowSnapshots = true).RequireAuthorization(),
            "Production",
            services =>
            {
                NameAuthentication.Add(services);
                TestSite.AddSnapshots(services, _capture);
            });
        site.Client.DefaultRequestHeaders.Add(NameAuthentication.Header, "alice");

        using HttpResponseMessage response = await PostAsync(site, "same-origin", true, "application/json");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains("by alice: begun", Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == 6001).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_Refused_IsAConflictWithTheGovernorsWords()
    {
        _capture.Cost = _capture.Cost with { Pause = TimeSpan.FromHours(1) };
        await using TestSite site = await StartAsync();

        using HttpResponseMessage response = await PostAsync(site, null, true, "application/json");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("MaxPause", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("MaxPause", await site.GetTextAsync("memguard/api/v1/state"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WhileOneIsTaken_IsRefusedAndTheStateSaysThatItRuns()
    {
        using ManualResetEventSlim isInside = new();
        using ManualResetEventSlim mayEnd = new();
        _capture.During = () =>
        {
            isInside.Set();
            mayEnd.Wait();
        };
        await using TestSite site = await StartAsync();

        using HttpResponseMessage first = await PostAsync(site, null, true, "application/json");
        isInside.Wait();
        using HttpResponseMessage second = await PostAsync(site, null, true, "application/json");
        string during = await site.GetTextAsync("memguard/api/v1/state");
        mayEnd.Set();

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        Assert.Contains("\"isRunning\":true", during, StringComparison.Ordinal);
        Assert.Single(_capture.Buffers);
    }

    [Fact]
    public async Task List_DetailAndDiff_OfKeptSnapshots_HaveWhatTheyHold()
    {
        await using TestSite site = await StartAsync();
        string[] ids = await IdsAsync(site);

        string detail = await site.GetTextAsync($"memguard/api/v1/snapshots/{ids[0]}");
        using JsonDocument diff = JsonDocument.Parse(await site.GetTextAsync($"memguard/api/v1/snapshots/{ids[1]}/diff/{ids[0]}"));

        Assert.Equal(2, ids.Length);
        Assert.Contains("static A._cache", detail, StringComparison.Ordinal);
        Assert.Equal(20 << 20, diff.RootElement.GetProperty("growthBytes").GetInt64());
        Assert.Equal(20 << 20, diff.RootElement.GetProperty("growth")[0].GetProperty("growthBytes").GetInt64());
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("%2e%2e")]
    [InlineData("snapshot-20261129-020000-00000000")]
    [InlineData("lock")]
    public async Task Detail_OfAnIdThatIsNoneOfTheList_IsNotFound(string id)
    {
        await using TestSite site = await StartAsync();
        using HttpResponseMessage response = await site.Client.GetAsync(new Uri($"memguard/api/v1/snapshots/{id}", UriKind.Relative));

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.OK });
        if (response.StatusCode == HttpStatusCode.OK)
        {
            // The client itself has gone up a folder: what it has found is the list.
            Assert.Equal("/memguard/api/v1/", response.RequestMessage!.RequestUri!.AbsolutePath);
        }
    }

    private Task<TestSite> StartAsync() => TestSite.StartAsync(
        Shop.In("confirmed"),
        static app => app.MapMemGuard(configure: static options => options.AllowSnapshots = true),
        services: services => TestSite.AddSnapshots(
            services,
            _capture,
            ExampleSnapshot.Of(1) with { TakenAt = new DateTimeOffset(2026, 11, 29, 2, 0, 0, TimeSpan.Zero) },
            ExampleSnapshot.Of(3) with { TakenAt = new DateTimeOffset(2026, 11, 29, 2, 8, 0, TimeSpan.Zero) }));

    private static async Task<string[]> IdsAsync(TestSite site)
    {
        using JsonDocument list = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/snapshots"));
        return [.. list.RootElement.GetProperty("snapshots").EnumerateArray().Select(static one => one.GetProperty("id").GetString()!)];
    }

    private static Task<HttpResponseMessage> PostAsync(TestSite site, string? fetchSite, bool hasHeader, string type)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri("memguard/api/v1/snapshots", UriKind.Relative)) { Content = new StringContent("{}", Encoding.UTF8, type) };
        if (fetchSite is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
        }

        if (hasHeader)
        {
            request.Headers.Add("X-MemGuard", "1");
        }

        return site.Client.SendAsync(request);
    }
}
