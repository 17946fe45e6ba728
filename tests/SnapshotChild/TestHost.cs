using MemGuard;
using MemGuard.HeapSnapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SnapshotChild;

/// <summary>A host with heap snapshots that may be taken as often as one likes, in a directory of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _directory;

    private TestHost(IHost host, string directory)
    {
        _host = host;
        _directory = directory;
    }

    public IHeapSnapshotService Service => _host.Services.GetRequiredService<IHeapSnapshotService>();

    public static async Task<TestHost> StartAsync()
    {
        string directory = Directory.CreateTempSubdirectory("memguard-child-").FullName;
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMemGuard().AddHeapSnapshots(options =>
        {
            options.Directory = directory;
            options.CaptureMethod = CaptureMethod.EventPipe;
            options.MinimumInterval = TimeSpan.Zero;
            options.MaxPerDay = 1000;
            options.MaxPause = TimeSpan.FromMinutes(1);
        });
        IHost host = builder.Build();
        await host.StartAsync();
        return new TestHost(host, directory);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
