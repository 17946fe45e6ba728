using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MemGuard.Tests.Recording;

/// <summary>A run of the BlackBoxChild program, which ends as it is told.</summary>
internal sealed partial class DyingProcess : IDisposable
{
    public const int Kill = 9;
    public const int Terminate = 15;

    private readonly Process _process;

    private DyingProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <param name="way">How it is to end.</param>
    /// <param name="directory">Where its black box lies.</param>
    /// <param name="group">The control group's directory that it runs in; null for this process's own.</param>
    /// <param name="environment">Further variables.</param>
    public static DyingProcess Start(string way, string directory, string? group = null, params (string Name, string Value)[] environment)
    {
        string[] command = ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "BlackBoxChild.dll"), way, directory];

        // The shell enters the group before it becomes the process, so that the runtime finds the limit when it starts.
        ProcessStartInfo start = group is null
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group, .. command]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // A crash is the point: its dump would only cost disk.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment.Remove("DOTNET_GCHeapHardLimit");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new DyingProcess(process);
    }

    /// <summary>Starts the process after the one that died; every line it wrote.</summary>
    public static async Task<string[]> AskAsync(string directory, string? group = null, params (string Name, string Value)[] environment)
    {
        using DyingProcess next = Start("ask", directory, group, environment);
        string output = await next._process.StandardOutput.ReadToEndAsync();
        await next._process.WaitForExitAsync();
        Assert.Equal(0, next.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Waits until a line has come.</summary>
    public async Task WaitForAsync(string line)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } read)
        {
            if (read == line)
            {
                return;
            }
        }

        await _process.WaitForExitAsync();
        Assert.Fail($"the child ended with {ExitCode} before it said '{line}'");
    }

    /// <summary>Empties a file, whoever has locked it.</summary>
    public static void Truncate(string path) => Assert.Equal(0, SetLength(path, 0));

    /// <summary>Lets it end in its way.</summary>
    public void GoOn() => _process.StandardInput.WriteLine();

    public void Signal(int signal) => Assert.Equal(0, SendSignal(Id, signal));

    public async Task WaitForEndAsync()
    {
        await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "truncate", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLength(string path, nint length);
}
