using System.Diagnostics;

namespace ForkStress;

/// <summary>The garbage collector's settings and loads under which captures are tried.</summary>
internal static class Modes
{
    public const string Hammer = "hammer";
    public const string Collectible = "collectible";
    public const string Traffic = "traffic";

    private static readonly Dictionary<string, (string Name, string Value)[]> Settings = new()
    {
        ["workstation"] = [],
        ["server"] = [("DOTNET_gcServer", "1")],
        ["not-concurrent"] = [("DOTNET_gcConcurrent", "0")],
        ["conserve-memory"] = [("DOTNET_GCConserveMemory", "7")],
        [Hammer] = [],
        ["default-gen0"] = [("DOTNET_GCgen0size", "")],
        [Collectible] = [],
    };

    public static async Task<int> RunAllAsync(string captures)
    {
        int result = 0;
        foreach ((string mode, (string Name, string Value)[] settings) in Settings)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            {
                start.ArgumentList.Add(typeof(Modes).Assembly.Location);
            }

            // Young objects are collected every 16 MB: on a machine with a large cache garbage would be most of the heap.
            start.Environment["DOTNET_GCgen0size"] = "1000000";
            start.ArgumentList.Add(mode);
            start.ArgumentList.Add(captures);
            foreach ((string name, string value) in settings)
            {
                start.Environment[name] = value;
            }

            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            Console.Write(await process.StandardOutput.ReadToEndAsync() + await errors);
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                Console.WriteLine($"{mode}: exit code {process.ExitCode}");
                result = 1;
            }
        }

        return result;
    }
}
