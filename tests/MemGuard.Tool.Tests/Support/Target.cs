using System.Diagnostics;
using System.Globalization;

namespace MemGuard.Tool.Tests.Support;

/// <summary>A process that runs already, without anything prepared; ends when its file is made.</summary>
internal sealed class Target : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _file;

    private Target(Process process, string file)
    {
        _process = process;
        _file = file;
    }

    public string Id => _process.Id.ToString(CultureInfo.InvariantCulture);

    public static Target Start(string file)
    {
        ProcessStartInfo start = new("dotnet", [Folder.AppPath, "console", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MEMGUARD_BLACK_BOX"] = "false";
        start.Environment["MEMGUARD_DIAGNOSTIC_REPORTS"] = "false";
        Process process = Process.Start(start)!;

        // Its first line: the runtime is up.
        process.StandardOutput.ReadLine();
        return new Target(process, file);
    }

    /// <summary>Lets it end.</summary>
    public (int Code, string Output, string Error) End()
    {
        File.WriteAllText(_file, "end");
        Assert.True(_process.WaitForExit(Patience), "the process hangs");
        return (_process.ExitCode, _process.StandardOutput.ReadToEnd(), _process.StandardError.ReadToEnd());
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
