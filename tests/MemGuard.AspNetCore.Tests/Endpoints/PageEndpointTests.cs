using System.Net;
using System.Text.Json;
using MemGuard.Alerts;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Recording;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Endpoints;

public sealed class PageEndpointTests
{
    [Fact]
    public async Task Page_WithoutAScript_HasVerdictSuspectAndNextStep()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("confirmed"));

        string page = await site.GetTextAsync("memguard/");

        Assert.Contains("Managed leak, confirmed 7 min ago. Limit in 66 min (52&#x2013;84).", page, StringComparison.Ordinal);
        Assert.Contains("ConcurrentDictionary&lt;string, User&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Next: Bound it, e.g. BoundedCache&lt;string, User&gt;.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Headers_KeepItFromCachesFramesAndOtherSites()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("healthy"));
        using HttpResponseMessage response = await site.Client.GetAsync(new Uri("memguard/", UriKind.Relative));

        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }

    [Fact]
    public async Task Page_Source_HasNoAbsoluteAddressInlineScriptOrStyle()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("confirmed"), static app =>
        {
            app.UsePathBase("/ops");
            app.UseRouting();
            app.MapMemGuard();
        });

        string page = await site.GetTextAsync("ops/memguard/");

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("=\"/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memguard", "/memguard", "./memguard/")]
    [InlineData("ops/memguard", "/memguard", "./memguard/")]
    [InlineData("a/b", "/a/b", "./b/")]
    [InlineData("ops", "/", "./ops/")]
    public async Task Page_WithoutItsSlash_RedirectsRelatively(string path, string pattern, string location)
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("healthy"), app =>
        {
            app.UsePathBase("/ops");
            app.UseRouting();
            app.MapMemGuard(pattern);
        });
        using HttpResponseMessage response = await site.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(location, response.Headers.GetValues("Location").Single());
        Assert.Equal(HttpStatusCode.OK, (await site.Client.GetAsync(new Uri(path + "/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Assets_ByTheirNames_AreKeptForEverAndSmall()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("healthy"));
        string page = await site.GetTextAsync("memguard/");
        PageAsset[] assets = [PageAssets.Script, PageAssets.Charts, PageAssets.Style, .. PageAssets.Icons.Values];

        foreach (PageAsset asset in assets)
        {
            Assert.Contains($"assets/{asset.Name}", page, StringComparison.Ordinal);
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri("memguard/assets/" + asset.Name, UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            using HttpResponseMessage response = await site.Client.SendAsync(request);
            Assert.Equal("private, max-age=31536000, immutable", string.Join(", ", response.Headers.GetValues("Cache-Control").Single().Split(", ").OrderDescending().Order(Comparer<string>.Create(static (a, b) => Rank(a) - Rank(b)))));
            Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
            Assert.Equal(asset.Compressed, await response.Content.ReadAsByteArrayAsync());
        }

        Assert.InRange(assets.Sum(static asset => asset.Content.Length), 1, 120 * 1024);
        Assert.InRange(assets.Sum(static asset => asset.Compressed.Length), 1, 45 * 1024);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Client.GetAsync(new Uri("memguard/assets/page.js", UriKind.Relative))).StatusCode);

        static int Rank(string directive) => Array.IndexOf(["private", "max-age=31536000", "immutable"], directive);
    }

    [Fact]
    public async Task State_BeforeTheFirstSample_HasKeysWithNulls()
    {
        await using TestSite site = await TestSite.StartAsync(new FakeMonitor());
        using JsonDocument state = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/state"));

        JsonElement root = state.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal("starting", root.GetProperty("verdict").GetProperty("stage").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("memory").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("verdict").GetProperty("timeToLimitSeconds").ValueKind);
        Assert.Contains("AddHeapSnapshots()", root.GetProperty("capture").GetProperty("unavailableBecause").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_OfUnknownLimit_IsNullAndNeverZero()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("unlimited"));
        using JsonDocument history = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/history"));

        JsonElement columns = history.RootElement.GetProperty("columns");
        Assert.All(columns.GetProperty("limit").EnumerateArray(), static value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
        Assert.Equal(400, columns.GetProperty("elapsed").GetArrayLength());
    }

    [Fact]
    public async Task History_Since_HasTheRowsAfterItOnly()
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("healthy"));
        using JsonDocument history = JsonDocument.Parse(await site.GetTextAsync("memguard/api/v1/history?since=900000"));

        Assert.Equal([901_000L, 1000L], history.RootElement.GetProperty("columns").GetProperty("elapsed").EnumerateArray().Select(static value => value.GetInt64()));
        Assert.True(history.RootElement.GetProperty("isContinued").GetBoolean());
    }

    [Fact]
    public async Task Answers_NoneOfThem_TellsOfPathsOrTheEnvironment()
    {
        FakeMonitor monitor = Shop.In("confirmed");
        string secret = "/" + string.Join('/', "srv", "secret-volume", "dump.1");
        Environment.SetEnvironmentVariable("MEMGUARD_TEST_SECRET", "s3cr3t-of-the-environment");
        monitor.PreviousRun = new PreviousRun { End = PreviousRunEnd.Crashed, Message = $"crashed; the runtime's report lies at {secret}", CrashReport = secret };
        monitor.Alerts = [.. monitor.Alerts, Shop.Alert(AlertStage.Confirmed, monitor.History[800], "again") with
        {
            Evidence = new EvidenceResult { NoneBecause = $"the rate limit's state cannot be kept: Access to the path '{secret}' is denied", Notes = [$"see {secret}"], Files = [secret] },
        }];
        await using TestSite site = await TestSite.StartAsync(monitor);

        foreach (string path in new[] { "", "api/v1/state", "api/v1/alerts", "api/v1/history", "api/v1/structures", "api/v1/snapshots" })
        {
            string answer = await site.GetTextAsync("memguard/" + path);
            Assert.DoesNotContain("secret-volume", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", answer, StringComparison.Ordinal);
            Assert.DoesNotContain(AppContext.BaseDirectory, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(Environment.GetEnvironmentVariable("PATH")!, answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Page_HostileNames_AreTextAndVisible()
    {
        FakeMonitor monitor = Shop.In("confirmed");
        monitor.Alerts = [Shop.Alert(AlertStage.Confirmed, monitor.History[480], "</script><script>alert(1)</script>\u202Egnol", Shop.Suspect("<img src=x onerror=alert(1)>"))];
        await using TestSite site = await TestSite.StartAsync(monitor);

        string page = await site.GetTextAsync("memguard/");
        string state = await site.GetTextAsync("memguard/api/v1/state");

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", page + state, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-site", "cors", HttpStatusCode.Forbidden)]
    [InlineData("cross-site", "no-cors", HttpStatusCode.Forbidden)]
    [InlineData("cross-site", "navigate", HttpStatusCode.OK)]
    [InlineData("same-origin", "cors", HttpStatusCode.OK)]
    public async Task ScriptsOfOtherSites_WithAnOpenCorsPolicy_ReadNothing(string from, string mode, HttpStatusCode expected)
    {
        await using TestSite site = await TestSite.StartAsync(
            Shop.In("healthy"),
            static app =>
            {
                app.UseCors(static policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod());
                app.MapMemGuard();
            },
            services: static services => services.AddCors());
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("memguard/api/v1/state", UriKind.Relative));
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Sec-Fetch-Site", from);
        request.Headers.Add("Sec-Fetch-Mode", mode);

        Assert.Equal(expected, (await site.Client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("POST", "memguard/")]
    [InlineData("DELETE", "memguard/api/v1/state")]
    [InlineData("POST", "memguard/api/v1/snapshots")]
    public async Task OtherMethods_AreNotAllowed(string method, string path)
    {
        await using TestSite site = await TestSite.StartAsync(Shop.In("healthy"));
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await site.Client.SendAsync(request)).StatusCode);
    }
}
