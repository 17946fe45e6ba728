using System.Diagnostics;

namespace MemGuard.Exporters.Tests.Support;

/// <summary>Prometheus's own checker, where it is installed.</summary>
internal static class Promtool
{
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "promtool")));

    /// <returns>What it wrote, and whether it was content.</returns>
    public static async Task<(bool IsContent, string Output)> RunAsync(string input, params string[] arguments)
    {
        ProcessStartInfo start = new("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, string.Concat(output));
    }
}

/// <summary>A test that asks Prometheus's own checker.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (!Promtool.IsInstalled)
        {
            Skip = "promtool is not installed; Debian has it in its package prometheus";
        }
    }
}
