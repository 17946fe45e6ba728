namespace MemGuard.Benchmarks;

/// <summary>How much a program does: what its figures need, or the least that runs all of its code.</summary>
internal static class Effort
{
    // A variable and no field: programs that start children pass it on.
    private const string Variable = "MEMGUARD_BENCHMARKS_SMOKE";

    public static bool IsLeast => Environment.GetEnvironmentVariable(Variable) == "1";

    public static void BeLeast() => Environment.SetEnvironmentVariable(Variable, "1");

    public static int Of(int full, int least) => IsLeast ? least : full;

    public static TimeSpan Of(TimeSpan full, TimeSpan least) => IsLeast ? least : full;
}
