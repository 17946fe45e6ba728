using System.Diagnostics;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>The thirteen leaks of the PlantedLeaks application, which is started as a process of its own.</summary>
public sealed class PlantedLeaksTests
{
    [Fact]
    public async Task Evidence_ThirteenLeaks_NamesEachOwner()
    {
        (int exitCode, string output) = await RunAsync("all", diagnostics: true);

        Assert.True(exitCode == 0, output);
        Assert.Contains("13 leaks: 13 with the dominating type, 13 with owner and field, 0 wrong names", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_DiagnosticsDisabled_FindsNothingAndHarmsNothing()
    {
        (_, string output) = await RunAsync("singleton-list", diagnostics: false);

        Assert.Contains("Managed leak: planted.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Suspect:", output, StringComparison.Ordinal);
        Assert.Contains("1 leaks: 0 with the dominating type, 0 with owner and field, 0 wrong names", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_DiagnosticsDisabledAndForkAskedFor_NamesTheOwner()
    {
        (int exitCode, string output) = await RunAsync("nested-generic-list", diagnostics: false, CaptureMethod.Fork);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Suspect: static Shelf<Order>.Archive._items → List<Order>, 11,000 entries", output, StringComparison.Ordinal);
        Assert.Contains("1 leaks: 1 with the dominating type, 1 with owner and field, 0 wrong names", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string leak, bool diagnostics, CaptureMethod method = CaptureMethod.Automatic)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "PlantedLeaks.dll"), leak])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = diagnostics ? "1" : "0";
        start.Environment["MemGuard__HeapSnapshots__CaptureMethod"] = method.ToString();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
