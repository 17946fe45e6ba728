namespace MemGuard.HeapSnapshots.Service;

/// <summary>The operator's way to turn MemGuard off without a change of code or configuration.</summary>
internal static class Switch
{
    public static bool IsOff => Environment.GetEnvironmentVariable("MEMGUARD_DISABLED") is "1" or "true" or "TRUE" or "True";
}
