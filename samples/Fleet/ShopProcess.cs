using System.Diagnostics;
using Fleet.Prometheus;

namespace Fleet;

/// <summary>One instance of the shop in a process of its own, whose lines of MemGuard are passed on.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ShopProcess(string name, string version, Uri address, Process process) => (Name, Version, Address, _process) = (name, version, address, process);

    public string Name { get; }

    public string Version { get; }

    public Uri Address { get; }

    public ScrapeTarget Target => new("shop", Name, new Uri(Address, "metrics"));

    /// <summary>Version 1.4.0 is this program itself, version 1.5.0 is samples/FleetNext.</summary>
    public static ShopProcess Start(string name, bool isNext, Uri? address = null)
    {
        address ??= new Uri($"http://127.0.0.1:{PrometheusServer.FreePort()}/");
        string[] command = isNext ? [NextProgram(), address.ToString()] : [typeof(ShopProcess).Assembly.Location, "shop", address.ToString()];
        Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", .. command]) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("MemGuard", StringComparison.Ordinal) is true)
            {
                Console.WriteLine($"          {name}: {line.Data}");
            }
        };
        process.BeginOutputReadLine();
        return new ShopProcess(name, isNext ? "1.5.0" : "1.4.0", address, process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
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
