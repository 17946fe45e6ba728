using System.Net;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Endpoints;

/// <summary>Who finds the page, and every other route of it.</summary>
public sealed class AccessTests
{
    public static TheoryData<string> Closed => ["as mapped", "anonymous", "anonymous group around it", "anonymous and authorized"];

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task EveryRoute_InProductionAndNotOpened_IsNotFound(string how)
    {
        await using TestSite site = await StartAsync(app =>
        {
            switch (how)
            {
                case "anonymous":
                    app.MapMemGuard().AllowAnonymous();
                    break;
                case "anonymous group around it":
                    app.MapGroup("").AllowAnonymous().MapMemGuard();
                    break;
                case "anonymous and authorized":
                    app.MapMemGuard().RequireAuthorization().AllowAnonymous();
                    break;
                default:
                    app.MapMemGuard();
                    break;
            }
        });

        Assert.All(await AnswersAsync(site), static answer => Assert.Equal((HttpStatusCode.NotFound, 0), (answer.Status, answer.Length)));
        Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == 6000);
    }

    [Fact]
    public async Task EveryRoute_WithAuthorization_AsksForIt()
    {
        await using TestSite site = await StartAsync(static app => app.MapMemGuard().RequireAuthorization());

        Assert.All(await AnswersAsync(site), static answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
        site.Client.DefaultRequestHeaders.Add(NameAuthentication.Header, "alice");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "memguard/"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "memguard/api/v1/state"));
    }

    [Fact]
    public async Task EveryRoute_OpenedAndAuthorized_StillAsks()
    {
        await using TestSite site = await StartAsync(static app => app.MapMemGuard().AllowWithoutAuthorization().RequireAuthorization());

        Assert.All(await AnswersAsync(site), static answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
    }

    [Fact]
    public async Task EveryRoute_OpenedByName_IsThereThoughAllElseNeedsASignIn()
    {
        await using TestSite site = await StartAsync(static app => app.MapMemGuard().AllowWithoutAuthorization(), static services =>
            services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        foreach (string path in new[] { "", "api/v1/state", "api/v1/history", "api/v1/structures", "api/v1/alerts", "api/v1/snapshots", $"assets/{PageAssets.Script.Name}", $"assets/{PageAssets.Style.Name}" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "memguard/" + path));
        }
    }

    [Fact]
    public async Task Authorization_WithoutItsMiddleware_FailsClosed()
    {
        await using TestSite site = await TestSite.StartAsync(
            Shop.In("healthy"),
            static app =>
            {
                app.UseRouting();
                app.MapMemGuard().RequireAuthorization();
                app.UseEndpoints(static _ => { });
            },
            "Production",
            static services => services.AddSingleton<Microsoft.AspNetCore.Authorization.IAuthorizationHandlerProvider>(static _ => null!));

        Assert.NotEqual(HttpStatusCode.OK, await StatusAsync(site, "memguard/"));
        Assert.NotEqual(HttpStatusCode.OK, await StatusAsync(site, "memguard/api/v1/state"));
    }

    [Fact]
    public async Task Map_WithoutAddMemGuard_SaysWhatToCall()
    {
        WebApplication app = WebApplication.CreateSlimBuilder().Build();
        await using ConfiguredAsyncDisposable disposing = new(app);

        Assert.Contains("AddMemGuard()", Assert.Throws<InvalidOperationException>(() => app.MapMemGuard()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Prefix", "/evil")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Original-URL", "/memguard/")]
    public async Task ForgedProxyHeaders_OpenNothingAndAreNotRepeated(string header, string value)
    {
        await using TestSite closed = await StartAsync(static app => app.MapMemGuard());
        await using TestSite open = await StartAsync(static app => app.MapMemGuard().AllowWithoutAuthorization());
        closed.Client.DefaultRequestHeaders.Add(header, value);
        open.Client.DefaultRequestHeaders.Add(header, value);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(closed, "memguard/"));
        Assert.DoesNotContain("evil", await open.GetTextAsync("memguard/"), StringComparison.Ordinal);
        using HttpResponseMessage redirect = await open.Client.GetAsync(new Uri("memguard", UriKind.Relative));
        Assert.Equal("./memguard/", redirect.Headers.GetValues("Location").Single());
    }

    private static Task<TestSite> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? more = null) => TestSite.StartAsync(
        Shop.In("confirmed"),
        map,
        "Production",
        services =>
        {
            NameAuthentication.Add(services);
            TestSite.AddSnapshots(services, new FakeCapture());
            more?.Invoke(services);
        });

    // Every endpoint that the application has, by every method that a stranger would try.
    private static async Task<IReadOnlyList<(string Path, HttpStatusCode Status, int Length)>> AnswersAsync(TestSite site)
    {
        RouteEndpoint[] endpoints = [.. site.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
        Assert.Equal(10, endpoints.Length);
        List<(string, HttpStatusCode, int)> answers = [];
        foreach (RouteEndpoint endpoint in endpoints)
        {
            string path = endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{name}", PageAssets.Script.Name, StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Options, HttpMethod.Delete })
            {
                using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
                using HttpResponseMessage response = await site.Client.SendAsync(request);
                answers.Add((path, response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));
            }
        }

        return answers;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestSite site, string path)
    {
        using HttpResponseMessage response = await site.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private sealed class ConfiguredAsyncDisposable(IAsyncDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
