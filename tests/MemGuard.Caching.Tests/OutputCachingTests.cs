using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MemGuard.Caching.Tests;

/// <summary>ASP.NET Core's output caching keeps its responses in the bounded cache.</summary>
public sealed class OutputCachingTests : IAsyncLifetime, IDisposable
{
    private const long SizeLimit = 20_000;

    private readonly HttpClient _client = new();
    private readonly SemaphoreSlim _ended = new(0);
    private WebApplication _app = null!;
    private int _calls;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBoundedMemoryCache(static options =>
        {
            options.Capacity = 100;
            options.SizeLimit = SizeLimit;
        });
        builder.Services.AddOutputCache();
        builder.Services.AddSingleton<IOutputCacheStore>(static services => new MemoryCacheOutputStore(services.GetRequiredService<IMemoryCache>()));
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            await next(context);
            _ended.Release();
        });
        _app.UseOutputCache();
        _app.MapGet("/number", () => Interlocked.Increment(ref _calls)).CacheOutput(static policy => policy.Expire(TimeSpan.FromHours(1)).Tag("numbers"));
        _app.MapGet("/text", static (string id, int length) => Results.Text(new string('x', length) + id)).CacheOutput();
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task Get_Twice_AsksTheHandlerOnceUntilItsTagIsEvicted()
    {
        Assert.Equal("1", await GetAsync("/number"));
        Assert.Equal("1", await GetAsync("/number"));
        Assert.Equal(1, Cache.Count);

        await _app.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync("numbers", CancellationToken.None);

        Assert.Equal(0, Cache.Count);
        Assert.Equal("2", await GetAsync("/number"));
        Assert.Equal("2", await GetAsync("/number"));
    }

    [Fact]
    public async Task Get_MoreThanTheCacheHolds_StaysWithinItsSizeAndKeepsTheNewest()
    {
        for (int i = 0; i < 100; i++)
        {
            string path = $"/text?id={i}&length=500";
            Assert.EndsWith($"x{i}", await GetAsync(path), StringComparison.Ordinal);
            Assert.InRange(Cache.GetCurrentStatistics()!.CurrentEstimatedSize!.Value, 1, SizeLimit);
            long hits = Cache.GetCurrentStatistics()!.TotalHits;
            await GetAsync(path);
            Assert.Equal(hits + 1, Cache.GetCurrentStatistics()!.TotalHits);
        }

        Assert.InRange(Cache.Count, 10, 40);
    }

    // The response can arrive in full before the middleware has kept it, so the request's end is awaited too.
    private async Task<string> GetAsync(string path)
    {
        string text = await _client.GetStringAsync(new Uri(path, UriKind.Relative));
        Assert.True(await _ended.WaitAsync(TimeSpan.FromSeconds(30)), "The server did not end the request.");
        return text;
    }

    private BoundedMemoryCache Cache => _app.Services.GetRequiredService<BoundedMemoryCache>();
}
