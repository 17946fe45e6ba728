using System.Diagnostics;
using System.Reflection;

namespace MemGuard.StartupHook.Tests.Support;

/// <summary>Runs an application that knows nothing of MemGuard, with the hook in its environment.</summary>
internal static class HookedApp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>The hook's folder as built.</summary>
    public static string HookFolder { get; } = Path.GetFullPath(Metadata("HookFolder"));

    public static string Hook => Path.Combine(HookFolder, "MemGuard.Hook.dll");

    public static string AppPath { get; } = Path.GetFullPath(Metadata("HookApp"));

    public static Task<AppResult> RunAsync(string hooks, string[] arguments, params (string Name, string Value)[] variables) => RunAsync("dotnet", [AppPath, .. arguments], hooks, variables);

    public static async Task<AppResult> RunAsync(string command, string[] arguments, string? hooks, (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string inherited in start.Environment.Keys.Where(static name => name.StartsWith("MEMGUARD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = hooks;

        // The recordings of tests must not be found by other processes of this application, nor find theirs.
        start.Environment["MEMGUARD_BLACK_BOX"] = "false";
        start.Environment["MEMGUARD_DIAGNOSTIC_REPORTS"] = "false";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new AppResult(process.ExitCode, await output, await error);
    }

    private static string Metadata(string key) =>
        typeof(HookedApp).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

/// <summary>What an application said.</summary>
internal sealed record AppResult(int ExitCode, string Output, string Error);
