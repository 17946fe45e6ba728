using System.ComponentModel;
using System.Diagnostics;

namespace MemGuard.Tool.Running;

/// <summary>The command that the user wants to run, with its input and outputs untouched and the hook in its environment.</summary>
internal static class Child
{
    private const string Hooks = "DOTNET_STARTUP_HOOKS";
    private const int NoSuchFile = 2;
    private const int NoPermission = 13;
    private const int NoProgram = 8;

    /// <exception cref="ToolException">It cannot be started; the code is 126 or 127, as a shell's.</exception>
    public static Process Start(IReadOnlyList<string> command, string hook, string session)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { UseShellExecute = false };
        string? others = Environment.GetEnvironmentVariable(Hooks);
        start.Environment[Hooks] = string.IsNullOrEmpty(others) ? hook : others + Path.PathSeparator + hook;
        start.Environment[MemGuard.Sessions.SessionFolder.Variable] = session;
        try
        {
            return Process.Start(start) ?? throw new ToolException($"'{command[0]}' was not started") { Code = ExitCode.NotExecutable };
        }
        catch (Win32Exception failure)
        {
            int code = failure.NativeErrorCode is NoPermission or NoProgram || Directory.Exists(command[0]) ? ExitCode.NotExecutable : ExitCode.NotFound;
            string why = failure.NativeErrorCode == NoSuchFile ? "there is no such command" : failure.Message;
            throw new ToolException($"'{command[0]}' cannot be run: {why}", failure) { Code = code };
        }
    }
}
