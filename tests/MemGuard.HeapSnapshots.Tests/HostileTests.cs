using System.Diagnostics;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>The short form of tests/Hostile: one application in a child process, to which everything hostile is done.</summary>
public sealed class HostileTests
{
    [Fact]
    public async Task Run_EveryScenario_TheHostLivesAndPromisesAreKept()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Hostile.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("The host lives, and MemGuard kept its promises.", output, StringComparison.Ordinal);
    }
}
