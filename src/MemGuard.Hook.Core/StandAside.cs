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
        return Array.Exists(Tools, tool => string.Equals(tool, name, StringComparison.OrdinalIgnoreCase)) ? $"this process is {name}" : null;
    }

    /// <returns>Whether the application was built with MemGuard.</returns>
    /// <param name="trusted">The assemblies that the host found, separated as paths are.</param>
    public static bool BringsMemGuard(string? trusted)
    {
        const string name = "MemGuard.dll";

        // Searched as one text: the list has some two hundred paths, and the application's Main waits.
        for (int at = Find(trusted, name, 0); at >= 0; at = Find(trusted, name, at + name.Length))
        {
            int end = at + name.Length;
            bool isWholeName = at == 0 || trusted![at - 1] is '/' or '\\' || trusted[at - 1] == Path.PathSeparator;
            if (isWholeName && (end == trusted!.Length || trusted[end] == Path.PathSeparator))
            {
                return true;
            }
        }

        return false;
    }

    private static int Find(string? trusted, string name, int from) => trusted?.IndexOf(name, from, StringComparison.OrdinalIgnoreCase) ?? -1;
}
