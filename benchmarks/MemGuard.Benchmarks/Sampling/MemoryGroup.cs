using System.Diagnostics;
using System.Globalization;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>A real memory control group of the first generation for one child process. Needs the right to make one.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup/memory";

    private readonly string[] _directories;

    /// <param name="name">Part of its directory's name.</param>
    /// <param name="limitBytes">Its limit.</param>
    /// <param name="isParents">Whether the limit is one of the group above, and its own is none.</param>
    public MemoryGroup(string name, long limitBytes, bool isParents = false)
    {
        string top = $"{Root}/memguard-{Environment.ProcessId}-{name}";
        _directories = isParents ? [top, $"{top}/child"] : [top];
        try
        {
            Array.ForEach(_directories, static directory => Directory.CreateDirectory(directory));
            Limit(limitBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether this machine can have one.</summary>
    public static bool IsPossible => File.Exists($"{Root}/memory.limit_in_bytes");

    /// <summary>How many processes the kernel has killed in it.</summary>
    public int Kills => int.Parse(File.ReadLines($"{_directories[^1]}/memory.oom_control").First(static line => line.StartsWith("oom_kill ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    public void Limit(long bytes) => File.WriteAllText($"{_directories[0]}/memory.limit_in_bytes", bytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts this program again inside. The shell enters the group before it becomes the process, so that the runtime finds the limit when it starts.</summary>
    public Process Start(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _directories[^1], Environment.ProcessPath!, "program", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process child = Process.Start(start)!;
        child.ErrorDataReceived += static (_, _) => { };
        child.BeginErrorReadLine();
        return child;
    }

    public void Dispose()
    {
        foreach (string directory in _directories.Reverse().Where(Directory.Exists))
        {
            Directory.Delete(directory);
        }
    }
}
