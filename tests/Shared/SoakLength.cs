namespace MemGuard.Tests.Support;

/// <summary>Soaks run a short form by default and their long form with MEMGUARD_SOAK=1.</summary>
internal static class SoakLength
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("MEMGUARD_SOAK") == "1";
}
