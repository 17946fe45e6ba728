using System.Reflection;

namespace MemGuard.Telemetry;

/// <summary>The version of an assembly as people call it: without the commit that the build adds behind a plus sign.</summary>
internal static class AssemblyVersion
{
    public static string Of(Assembly? assembly)
    {
        string? informational = assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return informational?.Split('+')[0] ?? assembly?.GetName().Version?.ToString(3) ?? "unknown";
    }
}
