using System.Diagnostics;
using MemGuard;
using MemGuard.Recording;

namespace LeakyShop;

/// <summary>A shop that ends badly, and the one after it, which says how.</summary>
internal static class Crash
{
    public static IReadOnlyList<string> Ways { get; } = ["kill", "oom", "failfast", "exception"];

    private const string InChild = "LEAKYSHOP_CRASHES";

    /// <summary>Long enough for a few samples.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(ShopArguments arguments)
    {
        if (Environment.GetEnvironmentVariable(InChild) is not null)
        {
            return await EndAsync(arguments);
        }

        Console.WriteLine($"A shop starts, and ends in {Life.TotalSeconds:0} s by {arguments.Crash} …");
        ProcessStartInfo start = new(Environment.ProcessPath!, [.. Environment.GetCommandLineArgs()[1..]]) { Environment = { [InChild] = "1", ["DOTNET_DbgEnableMiniDump"] = "0" } };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Insert(0, typeof(Crash).Assembly.Location);
        }

        if (arguments.Crash == "oom")
        {
            // 128 MB: what a container would leave to the heap.
            start.Environment["DOTNET_GCHeapHardLimit"] = "0x8000000";
        }

        using (Process shop = Process.Start(start)!)
        {
            await shop.WaitForExitAsync();
            Console.WriteLine($"It ended with exit code {shop.ExitCode}. The next one starts:");
        }

        await using WebApplication next = ShopHost.Build(arguments, new AlertRecorder(arguments));
        await next.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        PreviousRun? run = next.Services.GetRequiredService<IMemoryMonitor>().PreviousRun;
        await next.StopAsync();
        Console.WriteLine(run is null ? "WRONG: nothing is known of the process before." : $"OK: it ended by {run.End}.");
        return run is null ? 1 : 0;
    }

    private static async Task<int> EndAsync(ShopArguments arguments)
    {
        await using WebApplication app = ShopHost.Build(arguments, new AlertRecorder(arguments));
        await app.StartAsync();
        await Task.Delay(Life);
        switch (arguments.Crash)
        {
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
            case "failfast":
                Environment.FailFast("as the command line asked for");
                break;
            case "exception":
                throw new InvalidOperationException("as the command line asked for");
            default:
                List<byte[]> kept = [];
                while (true)
                {
                    kept.Add(new byte[100_000]);
                    await Task.Delay(1);
                }
        }

        return 0;
    }
}
