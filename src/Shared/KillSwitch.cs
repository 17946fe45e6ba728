namespace MemGuard;

/// <summary>The operator's way to turn MemGuard off without a change of code or configuration.</summary>
internal static class KillSwitch
{
    public const string Variable = "MEMGUARD_DISABLED";

    public static bool IsOn => Environment.GetEnvironmentVariable(Variable)?.Trim().ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON";
}
