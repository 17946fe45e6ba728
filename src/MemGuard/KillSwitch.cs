namespace MemGuard;

/// <summary>The operator's way to turn MemGuard off without a change of code or configuration.</summary>
internal static class KillSwitch
{
    public const string Variable = "MEMGUARD_DISABLED";

    public static bool IsOn => Environment.GetEnvironmentVariable(Variable) is "1" or "true" or "TRUE" or "True";
}
