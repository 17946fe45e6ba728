using System.Diagnostics;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A run of the SnapshotChild program: what might end a process is done in one that may end.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ChildProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static ChildProcess Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "SnapshotChild.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A crash is the point: its dump would only cost disk.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    public static async Task<string> RunAsync(params string[] arguments)
    {
        using ChildProcess child = Start(arguments);
        return await child.EndAsync();
    }

    public async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the child ended: " + await _errors);

    public void GoOn() => _process.StandardInput.WriteLine();

    /// <returns>What it wrote from here on, and how it ended.</returns>
    public async Task<string> EndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return $"{output}{await _errors}exit code {_process.ExitCode}";
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
