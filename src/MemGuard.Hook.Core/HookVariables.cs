namespace MemGuard.Hook.Core;

/// <summary>The variables that put the hook into this process: its children do not inherit them.</summary>
internal static class HookVariables
{
    public const string Hooks = "DOTNET_STARTUP_HOOKS";
    public const string Session = "MEMGUARD_SESSION";

    /// <summary>Takes the hook out of the list; hooks of others stay.</summary>
    public static void Remove(string hook) =>
        Environment.SetEnvironmentVariable(Hooks, Without(Environment.GetEnvironmentVariable(Hooks), hook));

    /// <returns>The list without the hook; null when nothing is left, because an empty value is not the same as none.</returns>
    public static string? Without(string? list, string hook)
    {
        string[] others = Array.FindAll((list ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), entry => !IsSame(entry, hook));
        return others.Length == 0 ? null : string.Join(Path.PathSeparator, others);
    }

    /// <returns>The session's folder, which children do not see; null where there is none.</returns>
    public static string? TakeSession()
    {
        string? session = Environment.GetEnvironmentVariable(Session);
        Environment.SetEnvironmentVariable(Session, null);
        return string.IsNullOrWhiteSpace(session) ? null : session;
    }

    /// <summary>Leaves the session to the MemGuard that the application brings.</summary>
    public static void GiveBackSession(string? session) => Environment.SetEnvironmentVariable(Session, session);

    private static bool IsSame(string entry, string hook)
    {
        try
        {
            return string.Equals(Path.GetFullPath(entry), hook, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
