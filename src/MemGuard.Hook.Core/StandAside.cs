namespace MemGuard.Hook.Core;

/// <summary>Tells processes that nobody means when he sets the variable for his application: the SDK's own, test hosts, the tool.</summary>
internal static class StandAside
{
    /// <summary>An SDK's folder is this many levels above its innermost tools (Roslyn's server).</summary>
    private const int MaxLevels = 5;

    private static readonly string[] Tools = ["dotnet-watch", "testhost", "vstest.console", "memguard", "MemGuard.Tool"];

    /// <returns>Why this process is left alone, as a clause; null when it is not.</returns>
    /// <param name="baseDirectory">Where its assemblies lie.</param>
    /// <param name="commandLine">Its command line; the first is its entry assembly.</param>
    public static string? FindReason(string baseDirectory, IReadOnlyList<string> commandLine)
    {
        string? directory = Path.TrimEndingDirectorySeparator(baseDirectory);
        for (int level = 0; directory is not null && level < MaxLevels; level++)
        {
            if (File.Exists(Path.Combine(directory, "dotnet.dll")) && File.Exists(Path.Combine(directory, "MSBuild.dll")))
            {
                return "this process is part of the SDK";
            }

            directory = Path.GetDirectoryName(directory);
        }

        string name = commandLine.Count > 0 ? Path.GetFileNameWithoutExtension(commandLine[0]) : string.Empty;
        return Tools.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"this process is {name}" : null;
    }

    /// <returns>Whether the application was built with MemGuard.</returns>
    /// <param name="trusted">The assemblies that the host found, separated as paths are.</param>
    public static bool BringsMemGuard(string? trusted) =>
        trusted?.Split(Path.PathSeparator).Any(static path => string.Equals(Path.GetFileName(path), "MemGuard.dll", StringComparison.OrdinalIgnoreCase)) == true;
}
