using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using MemGuard.Containers;

namespace MemGuard.Evidence;

/// <summary>Reads what of a report does not change while the process runs.</summary>
internal static class ReportedProcessReader
{
    public static ReportedProcess Read(HostFacts host)
    {
        Assembly? application = Assembly.GetEntryAssembly();
        return new ReportedProcess
        {
            MemGuardVersion = ReportedText.Of(VersionOf(typeof(ReportedProcessReader).Assembly) ?? "unknown"),
            Application = ReportedText.OfNullable(application?.GetName().Name),
            ApplicationVersion = ReportedText.OfNullable(application is null ? null : VersionOf(application)),
            ProcessId = Environment.ProcessId,
            ArgumentCount = Math.Max(0, Environment.GetCommandLineArgs().Length - 1),
            Framework = ReportedText.Of(RuntimeInformation.FrameworkDescription),
            OperatingSystem = ReportedText.Of(RuntimeInformation.OSDescription),
            Architecture = ReportedText.OfName(RuntimeInformation.ProcessArchitecture),
            ProcessorCount = host.ProcessorCount,
            IsContainer = host.IsContainer,
            IsServerGC = host.GC.IsServer,
            IsAdaptiveGC = host.GC.IsAdaptive,
            IsConcurrentGC = GCSettings.LatencyMode != GCLatencyMode.Batch,
            ConserveMemory = host.GC.ConserveMemory,
            Environment = ReportEnvironment.Read(Environment.GetEnvironmentVariables()),
        };
    }

    // Without the commit behind the plus sign.
    private static string? VersionOf(Assembly assembly)
    {
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString();
        return version?.Split('+')[0];
    }
}
