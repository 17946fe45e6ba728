using MemGuard;
using MemGuard.Recording;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BlackBoxChild;

/// <summary>A service with MemGuard that ends itself in one of many ways.</summary>
internal static class Child
{
    public static async Task<int> RunAsync(string way, string directory)
    {
        if (way == "console")
        {
            return await RunWithoutHostAsync(directory);
        }

        if (way == "ledger")
        {
            return Ledger.Print();
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(new LineLogger());
        builder.Services.AddMemGuard(options => Configure(options, directory));
        builder.Services.AddSingleton(new Way(way));
        builder.Services.AddHostedService<Endings>();
        using IHost host = builder.Build();
        await host.StartAsync();
        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();
        WaitForSamples(monitor);
        if (way == "ask")
        {
            PreviousRun? run = monitor.PreviousRun;
            Console.WriteLine(run is null ? "none" : $"{run.End} {run.ExitCode} {run.ExceptionType} {run.LastSamples.Count}");
            await host.StopAsync();
            return 0;
        }

        if (way == "broken")
        {
            BreakHandlers();
        }

        Console.WriteLine("ready");
        await host.WaitForShutdownAsync();
        return way == "main" ? 3 : 0;
    }

    public static void Configure(MemGuardOptions options, string directory)
    {
        options.BlackBoxDirectory = directory;
        options.SamplingInterval = TimeSpan.FromMilliseconds(100);
    }

    // The box is opened with the first sample, after which the monitor has it: with the third it was written.
    public static void WaitForSamples(IMemoryMonitor monitor)
    {
        for (int seen = 0; seen < 3; seen++)
        {
            TimeSpan? before = monitor.Latest?.Elapsed;
            SpinWait.SpinUntil(() => monitor.Latest?.Elapsed != before);
        }
    }

    // As many handlers as there are, each of which meets a file that fails.
    private static void BreakHandlers()
    {
        BlackBoxHandlers handlers = new(new BlackBoxNotes(new BrokenPages(), TimeProvider.System));
        handlers.Listen();
        try
        {
            throw new OutOfMemoryException();
        }
        catch (OutOfMemoryException)
        {
        }
    }

    // Nobody listens for SIGTERM here: it ends the process as SIGKILL does.
    private static async Task<int> RunWithoutHostAsync(string directory)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddMemGuard(options => Configure(options, directory));
        await using ServiceProvider provider = services.BuildServiceProvider();
        foreach (IHostedService service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        WaitForSamples(provider.GetRequiredService<IMemoryMonitor>());
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private sealed class BrokenPages : IBlackBoxPages
    {
        public void Write(ReadOnlySpan<byte> bytes, long at) => throw new IOException("planted");

        public void Delete() => throw new IOException("planted");

        public void Dispose()
        {
        }
    }
}

/// <summary>How this process is to end.</summary>
internal sealed record Way(string Name);
