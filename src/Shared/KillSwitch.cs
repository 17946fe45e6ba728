namespace MemGuard;

/// <summary>The operator's way to turn MemGuard off without a change of code or configuration.</summary>
internal static class KillSwitch
{
    public const string Variable = "MEMGUARD_DISABLED";

    public static bool IsOn => Read() is "1" or "TRUE" or "YES" or "ON";

    /// <summary>A value that says neither on nor off; null where there is none.</summary>
    public static string? Unclear => Read() is null or "" or "1" or "TRUE" or "YES" or "ON" or "0" or "FALSE" or "NO" or "OFF" ? null : Environment.GetEnvironmentVariable(Variable);

    private static string? Read() => Environment.GetEnvironmentVariable(Variable)?.Trim().ToUpperInvariant();
}
