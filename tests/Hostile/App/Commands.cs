using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MemGuard;
using MemGuard.HeapSnapshots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hostile.App;

/// <summary>What the application can be asked to do.</summary>
internal sealed partial class Commands(IHost host, string directory)
{
    private const int UserSignal2 = 12;

    private readonly List<byte[]> _ballast = [];
    private LeakingHost? _leak;

    public async Task<string> RunAsync(string[] words)
    {
        int count = words.Length > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out int number) ? number : 1;
        return words[0] switch
        {
            "capture" => await CaptureAsync(count),
            "signal" => await SignalAsync(count),
            "reload" => Reload(count),
            "hosts" => await RunHostsAsync(count),
            "leak" => await PrepareLeakAsync(),
            "grow" => Grow(),
            "workers" => await StartWorkersAsync(count),
            "alert" => await _leak!.Confirmed.WaitAsync(TimeSpan.FromMinutes(1)),
            "collectible" => await Collectible.ComeAndGoAsync(count, host.Services.GetRequiredService<IHeapSnapshotService>()),
            "socket" => OpenSocket(),
            "fill" => Fill(),
            "spill" => Spill(),
            "status" => Status(),
            "wait" => await WaitForSamplesAsync(count),
            "stop" => "stopping",
            _ => throw new ArgumentException($"'{words[0]}' is no command."),
        };
    }

    private async Task<string> CaptureAsync(int count)
    {
        IHeapSnapshotService snapshots = host.Services.GetRequiredService<IHeapSnapshotService>();
        int taken = 0;
        string refusal = "";
        for (int i = 0; i < count; i++)
        {
            HeapSnapshotResult result = await snapshots.CaptureAsync("hostile");
            taken += result.Snapshot is null ? 0 : 1;
            refusal = result.RefusedBecause ?? refusal;
            result.Snapshot?.Dispose();
        }

        return $"{taken} taken {refusal}";
    }

    private static async Task<string> SignalAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = Kill(Environment.ProcessId, UserSignal2);
            await Task.Delay(1);
        }

        return $"{count} sent";
    }

    // The runtime ends a process whose thread pool must grow and cannot (dotnet/runtime#74791), so a host that lives at its limit is one whose workers are there already.
    private static async Task<string> StartWorkersAsync(int count)
    {
        ThreadPool.SetMinThreads(count, count);
        using Barrier together = new(count);
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(together.SignalAndWait)));
        return $"{ThreadPool.ThreadCount} workers";
    }

    // A good one and a bad one in turn; the last is good.
    private string Reload(int count)
    {
        IConfigurationRoot configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        for (int i = 1; i <= count; i++)
        {
            bool isGood = i % 2 == 0 || i == count;
            configuration["MemGuard:Horizon"] = isGood ? "2.00:00:00" : i % 4 == 1 ? "-1" : "soon";
            configuration.Reload();
        }

        return $"{count} reloaded";
    }

    private async Task<string> RunHostsAsync(int count)
    {
        List<IHost> hosts = [];
        for (int i = 0; i < count; i++)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Logging.AddProvider(new LineLogger());

            // As a test host does: what is wrong with the limits was said once by the first.
            builder.Logging.AddFilter("MemGuard.Limits", LogLevel.None);
            builder.Services.AddMemGuard().AddHeapSnapshots(options => options.Directory = Path.Combine(directory, "snapshots"));
            IHost other = builder.Build();
            await other.StartAsync();
            hosts.Add(other);
        }

        int running = hosts.Count(static other => other.Services.GetRequiredService<IMemoryMonitor>().Diagnose().Reason != "MemGuard is not running");
        foreach (IHost other in hosts)
        {
            await other.StopAsync();
            other.Dispose();
        }

        return $"{running} running";
    }

    // A host beside it whose memory will grow when it is told to: it suspects a leak, confirms it and asks for a snapshot, all as in a real one.
    private async Task<string> PrepareLeakAsync()
    {
        _leak = new LeakingHost(Path.Combine(directory, "alert-snapshots"));
        await _leak.StartAsync();
        return "prepared";
    }

    private string Grow()
    {
        _leak!.Grow();
        return "grows";
    }

    // Until the heap has no room left, and a little given back: from here on most allocations fail.
    private string Fill()
    {
        try
        {
            while (true)
            {
                _ballast.Add(new byte[256 * 1024]);
            }
        }
        catch (OutOfMemoryException)
        {
            _ballast.RemoveRange(0, Math.Min(2, _ballast.Count));
            return "full";
        }
    }

    private string Spill()
    {
        _ballast.Clear();
        GC.Collect();
        return "empty";
    }

    private static string OpenSocket()
    {
        try
        {
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(listener.LocalEndPoint!);
            return "opened";
        }
        catch (TypeInitializationException exception)
        {
            return exception.Message;
        }
    }

    private async Task<string> WaitForSamplesAsync(int count)
    {
        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();
        long start = Stopwatch.GetTimestamp();
        int seen = 0;
        TimeSpan last = monitor.Latest?.Elapsed ?? default;
        while (seen < count && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(20);
            TimeSpan now = monitor.Latest?.Elapsed ?? default;
            seen += now > last ? 1 : 0;
            last = now;
        }

        return seen >= count ? "sampled" : "FAILED no sample in a minute";
    }

    private static string Status()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"threads={CountOwnThreads()} descriptors={Directory.GetFiles("/proc/self/fd").Length} maps={File.ReadLines("/proc/self/maps").Count()} resident={Environment.WorkingSet / 1048576}");
    }

    private static int CountOwnThreads()
    {
        int count = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                count += File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("MemGuard", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return count;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
