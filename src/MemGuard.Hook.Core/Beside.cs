namespace MemGuard.Hook.Core;

/// <summary>What the tool puts beside a hook that it copied for a running process, whose environment cannot be changed any more.</summary>
internal static class Beside
{
    public const string SessionFile = "session.txt";
    public const string VariablesFile = "variables.txt";

    /// <returns>The session's folder; null where there is none.</returns>
    public static string? ReadSession(string hook) => ReadLines(hook, SessionFile) is [{ Length: > 0 } session, ..] ? session : null;

    /// <returns>Options, <c>NAME=VALUE</c> each.</returns>
    public static string[] ReadVariables(string hook) => ReadLines(hook, VariablesFile);

    private static string[] ReadLines(string hook, string name)
    {
        string path = Path.Combine(Path.GetDirectoryName(hook)!, name);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
