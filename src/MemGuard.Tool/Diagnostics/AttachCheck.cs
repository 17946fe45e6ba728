using System.Globalization;
using MemGuard.Tool.Processes;

namespace MemGuard.Tool.Diagnostics;

/// <summary>A process that a hook may be put into: every check was made before a byte was sent that could harm it.</summary>
/// <param name="Process">The process.</param>
/// <param name="Endpoint">Its diagnostics endpoint.</param>
/// <param name="Runtime">What it says of itself.</param>
internal sealed record AttachCheck(TargetProcess Process, string Endpoint, RuntimeInfo Runtime)
{
    private const int LeastVersion = 10;

    /// <exception cref="ToolException">It must not be attached to; the message says why.</exception>
    public static AttachCheck Make(int processId)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolException("attaching to a running process works on Linux alone; start it with 'memguard run' instead");
        }

        TargetProcess process = new(processId);
        if (!process.Exists)
        {
            throw ToolException.Usage(string.Create(CultureInfo.InvariantCulture, $"there is no process {processId}"));
        }

        if (process.User != FileOwner.Self)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"process {processId} belongs to another user (id {process.User}); run memguard as that user"));
        }

        if (DiagnosticsChannel.Find(process) is not { } endpoint)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"process {processId} has no .NET diagnostics endpoint: it is no .NET process, was compiled ahead of time, or runs with DOTNET_EnableDiagnostics=0"));
        }

        RuntimeInfo runtime = DiagnosticsChannel.Ask(endpoint);
        if (runtime.ProcessId != process.InnerId)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"the diagnostics endpoint found for process {processId} is another process's ({runtime.ProcessId})"));
        }

        if (runtime.Major < LeastVersion)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"process {processId} runs .NET {runtime.Version}; MemGuard needs {LeastVersion}"));
        }

        if (FindTrimmed(process) is { } trimmed)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"process {processId} cannot be attached to: {trimmed}"));
        }

        return new AttachCheck(process, endpoint, runtime);
    }

    /// <summary>Looks whether the hook's file is there for the process, and is the same one: a path that it does not have ends it.</summary>
    /// <param name="hook">The path by the process's own name.</param>
    /// <param name="original">The file that it must be.</param>
    /// <exception cref="ToolException">It is not.</exception>
    public void CheckHook(string hook, string original)
    {
        string reached = Process.Root + hook;
        if (!Path.IsPathRooted(hook) || !File.Exists(reached))
        {
            throw new ToolException($"the process does not see the hook at '{hook}'; nothing was sent");
        }

        if (!File.ReadAllBytes(reached).AsSpan().SequenceEqual(File.ReadAllBytes(original)))
        {
            throw new ToolException($"what the process sees at '{hook}' is another file than this tool's hook; nothing was sent");
        }
    }

    // A trimmed application may lack what the hook is compiled against, and dies of that.
    private static string? FindTrimmed(TargetProcess process)
    {
        string[] arguments = process.CommandLine.Split(' ');
        bool isShared = arguments.Length > 0 && Path.GetFileName(arguments[0]) == "dotnet";
        string? executable = FindExecutable(process);
        if (isShared || executable is null)
        {
            return null;
        }

        string directory = Path.GetDirectoryName(process.Root + executable)!;
        string configuration = Path.Combine(directory, Path.GetFileNameWithoutExtension(executable) + ".runtimeconfig.json");
        string named = Path.Combine(directory, Path.GetFileName(executable) + ".runtimeconfig.json");
        bool isSelfContained = File.Exists(Path.Combine(directory, "System.Private.CoreLib.dll"));
        return isSelfContained && !File.Exists(Path.Combine(directory, "System.Runtime.dll")) ? "it is trimmed (no System.Runtime.dll lies beside it)"
            : IsSwitchedOff(configuration) || IsSwitchedOff(named) ? "its runtimeconfig.json switches startup hooks off, as trimming does"
            : null;
    }

    private static bool IsSwitchedOff(string configuration)
    {
        try
        {
            return File.Exists(configuration)
                && System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(configuration), "\"System\\.StartupHookProvider\\.IsSupported\"\\s*:\\s*false");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? FindExecutable(TargetProcess process)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/exe")).LinkTarget;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
