using System.Diagnostics;

namespace MemGuard.Testing.Tests;

/// <summary>The thirteen leaks of the PlantedLeaks application, each as a round trip. It is a process of its own: its names and its heap are its own.</summary>
public sealed class PlantedLeaksTests
{
    [Fact]
    public async Task DoesNotGrow_ThirteenLeaks_NamesEachHolder()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "PlantedLeaks.dll"), "round-trips"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;

        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(output.Contains("13 leaks: 13 named", StringComparison.Ordinal), output);
    }
}
