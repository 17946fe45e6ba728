using System.Diagnostics;
using Fleet.Prometheus;

namespace Fleet;

/// <summary>One instance of the shop in a process of its own, whose lines of MemGuard are passed on.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private volatile bool _hasConfirmed;

    private ShopProcess(string name, string version, Uri address, Process process) => (Name, Version, Address, _process) = (name, version, address, process);

    public string Name { get; }

    public string Version { get; }

    public Uri Address { get; }

    /// <summary>Whether its log says that it leaks.</summary>
    public bool HasConfirmed => _hasConfirmed;

    public ScrapeTarget Target => new("shop", Name, new Uri(Address, "metrics"));

    /// <summary>Version 1.4.0 is this program itself, version 1.5.0 is samples/FleetNext.</summary>
    public static ShopProcess Start(string name, bool isNext, Uri? address = null)
    {
        address ??= new Uri($"http://127.0.0.1:{PrometheusServer.FreePort()}/");
        string[] command = isNext ? [NextProgram(), address.ToString()] : [typeof(ShopProcess).Assembly.Location, "shop", address.ToString()];
        Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        ShopProcess shop = new(name, isNext ? "1.5.0" : "1.4.0", address, process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("MemGuard", StringComparison.Ordinal) is true)
            {
                Console.WriteLine($"          {name}: {line.Data}");
                shop._hasConfirmed |= line.Data.Contains("MemGuard[3001]", StringComparison.Ordinal);
            }
        };
        process.BeginOutputReadLine();
        return shop;
    }

    /// <summary>Stops it in order, as a rollback does: a killed one would be the first thing that the next run reports.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource late = new(Patience);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    // Beside this program: samples/Fleet/bin/Release/net10.0 and samples/FleetNext/bin/Release/net10.0.
    private static string NextProgram()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        DirectoryInfo configuration = framework.Parent!;
        string program = Path.Combine(configuration.Parent!.Parent!.Parent!.FullName, "FleetNext", "bin", configuration.Name, framework.Name, "FleetNext.dll");
        return File.Exists(program) ? program : throw new FileNotFoundException("The next version of the shop is not built: dotnet build samples/FleetNext.", program);
    }
}
