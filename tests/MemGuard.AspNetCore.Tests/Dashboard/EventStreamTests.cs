using System.Net;
using System.Text.Json;
using MemGuard.AspNetCore.Dashboard;
using MemGuard.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.AspNetCore.Tests.Dashboard;

public sealed class EventStreamTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeMonitor _monitor = Shop.In("healthy");

    [Fact]
    public async Task Stream_ANewSample_IsATickWithItsRow()
    {
        await using TestSite site = await StartAsync();
        using HttpResponseMessage response = await OpenAsync(site);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());

        Assert.Equal("retry: 5000", await reader.ReadLineAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("", await reader.ReadLineAsync());
        Assert.Equal("id: 902000", await reader.ReadLineAsync());
        Assert.Equal("event: tick", await reader.ReadLineAsync());
        string data = (await reader.ReadLineAsync())!;

        using JsonDocument tick = JsonDocument.Parse(data["data: ".Length..]);
        Assert.Equal(902_000, tick.RootElement.GetProperty("row")[0].GetInt64());
        Assert.InRange(data.Length, 100, 300);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store, no-transform", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact]
    public async Task Stream_Open_DoesNotHoldUpTheShutdown()
    {
        await using TestSite site = await StartAsync();
        using HttpResponseMessage response = await OpenAsync(site);
        using CancellationTokenSource longest = new(TimeSpan.FromSeconds(20));

        // The host would wait for 30 seconds.
        await site.App.StopAsync(longest.Token);

        Assert.False(longest.IsCancellationRequested);
    }

    [Fact]
    public async Task Stream_BeyondTheMostViewers_IsUnavailable()
    {
        await using TestSite site = await StartAsync();
        List<HttpResponseMessage> open = [];
        for (int i = 0; i < EventHub.MaxViewers; i++)
        {
            open.Add(await OpenAsync(site));
        }

        using HttpResponseMessage more = await OpenAsync(site);

        Assert.All(open, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, more.StatusCode);
        open.ForEach(static response => response.Dispose());
    }

    private Task<TestSite> StartAsync() => TestSite.StartAsync(_monitor, services: services => services.AddSingleton<TimeProvider>(_time));

    private static Task<HttpResponseMessage> OpenAsync(TestSite site) =>
        site.Client.GetAsync(new Uri("memguard/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
}
