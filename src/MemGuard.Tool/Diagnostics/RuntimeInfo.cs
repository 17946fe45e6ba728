namespace MemGuard.Tool.Diagnostics;

/// <summary>What a runtime says of itself.</summary>
/// <param name="ProcessId">Its process, by the id that it has where it lives.</param>
/// <param name="CommandLine">Its command line.</param>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">The processor's architecture.</param>
/// <param name="EntryAssembly">The name of the application's assembly.</param>
/// <param name="Version">The runtime's version, for example <c>10.0.12</c>.</param>
internal sealed record RuntimeInfo(long ProcessId, string CommandLine, string System, string Architecture, string EntryAssembly, string Version)
{
    /// <summary>Its first number; 0 where it makes no sense.</summary>
    public int Major => int.TryParse(Version.Split('.')[0], out int major) ? major : 0;
}
