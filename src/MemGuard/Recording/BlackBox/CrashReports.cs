using System.Globalization;

namespace MemGuard.Recording;

/// <summary>Finds what the runtime leaves of a process that crashed, where it was configured to (<c>DOTNET_DbgEnableMiniDump</c>).</summary>
internal static class CrashReports
{
    private const string ReportSuffix = ".crashreport.json";

    /// <param name="processId">The process.</param>
    /// <param name="startedAt">When it started: what is older is another process's.</param>
    /// <returns>The path; null when none lies there, or none can be looked for.</returns>
    public static string? Find(int processId, DateTimeOffset startedAt) => Find(ReadVariable, processId, startedAt);

    public static string? Find(Func<string, string?> readVariable, int processId, DateTimeOffset startedAt)
    {
        if (readVariable("DbgEnableMiniDump") is not "1")
        {
            return null;
        }

        string id = processId.ToString(CultureInfo.InvariantCulture);
        string pattern = readVariable("DbgMiniDumpName") is { Length: > 0 } name ? name : Path.Combine(Path.GetTempPath(), "coredump.%p");
        string path = pattern.Replace("%p", id, StringComparison.Ordinal).Replace("%d", id, StringComparison.Ordinal);
        try
        {
            return ((string[])[path + ReportSuffix, path]).FirstOrDefault(each => File.Exists(each) && File.GetLastWriteTimeUtc(each) >= startedAt.UtcDateTime);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? ReadVariable(string setting) =>
        Environment.GetEnvironmentVariable("DOTNET_" + setting) ?? Environment.GetEnvironmentVariable("COMPlus_" + setting);
}
