using System.Net;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.AspNetCore.Tests.Support;

/// <summary>A web application on loopback with MemGuard's page, and a client of it.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly string? _directory;

    private TestSite(WebApplication app, string? directory)
    {
        App = app;
        _directory = directory;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        // Redirects are part of what is tested.
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public FakeLogCollector Logs => App.Services.GetRequiredService<FakeLogCollector>();

    /// <param name="monitor">What MemGuard knows.</param>
    /// <param name="map">Maps the endpoints; null for the page in its place.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="services">Further services.</param>
    public static async Task<TestSite> StartAsync(FakeMonitor monitor, Action<WebApplication>? map = null, string environment = "Development", Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "shop" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IMemoryMonitor>(monitor);
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        if (map is null)
        {
            app.MapMemGuard();
        }
        else
        {
            map(app);
        }

        await app.StartAsync();
        return new TestSite(app, app.Services.GetService<SnapshotDirectory>()?.Path);
    }

    /// <summary>Heap snapshots in a fresh directory: those given are there, the rest comes from <paramref name="capture"/>.</summary>
    public static void AddSnapshots(IServiceCollection services, FakeCapture capture, params SnapshotData[] kept)
    {
        string path = Directory.CreateTempSubdirectory("memguard-page-").FullName;
        services.AddSingleton(new SnapshotDirectory(path));
        services.AddSingleton<IHeapCapture>(capture);
        new Builder(services).AddHeapSnapshots(options =>
        {
            options.Directory = path;
            options.MinimumInterval = TimeSpan.Zero;
            options.CaptureOnSignal = false;
        });
        SnapshotStore store = new(path, new StoreLimits(100, 1 << 30, TimeSpan.FromDays(10_000)));
        store.Prepare();
        foreach (SnapshotData data in kept)
        {
            string directory = store.CreateDirectoryFor(data.TakenAt);
            using HeapSnapshot snapshot = new(data);
            SnapshotFiles.Write(directory, snapshot, null);
            store.Publish(directory, data.TakenAt);
        }
    }

    public async Task<string> GetTextAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        try
        {
            if (_directory is not null)
            {
                Directory.Delete(_directory, recursive: true);
            }
        }
        catch (IOException)
        {
            // A snapshot that was asked for is still being written: it goes on without whoever asked.
        }
    }

    private sealed record SnapshotDirectory(string Path);

    private sealed record Builder(IServiceCollection Services) : IMemGuardBuilder;
}
