using System.Diagnostics;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>The stress program in its short form, in a process of its own. With MEMGUARD_SOAK=1 every mode with 50 captures.</summary>
public sealed class ForkStressTests
{
    [Fact]
    public async Task Captures_UnderLoad_AreRight()
    {
        bool isLong = Environment.GetEnvironmentVariable("MEMGUARD_SOAK") == "1";
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ForkStress.dll"), .. isLong ? ["all", "50"] : (string[])["workstation", "3"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCgen0size"] = "1000000";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains(" 0 wrong", output, StringComparison.Ordinal);
    }
}
