using MemGuard;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddMemGuard().AddHeapSnapshots();
builder.Services.AddHostedService<Watcher>();
builder.Build().Run();

internal sealed class Watcher(IMemoryMonitor memory, ILogger<Watcher> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.LogInformation("memory: {Reason}", memory.Diagnose().Reason);
        return Task.CompletedTask;
    }
}
