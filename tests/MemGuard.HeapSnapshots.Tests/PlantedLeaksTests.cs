using System.Diagnostics;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>The thirteen leaks of the PlantedLeaks application, which is started as a process of its own.</summary>
[Collection(nameof(Support.NativeMemoryGroup))]
public sealed class PlantedLeaksTests
{
    [Fact]
    public async Task Evidence_ThirteenLeaks_NamesEachOwner()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PlantedLeaks.dll");
        ProcessStartInfo start = new("dotnet", [program, "all"]) { RedirectStandardOutput = true, RedirectStandardError = true };

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("13 leaks: 13 with the dominating type, 13 with owner and field, 0 wrong names", output, StringComparison.Ordinal);
    }
}
