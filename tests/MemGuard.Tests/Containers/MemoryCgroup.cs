using System.Diagnostics;

namespace MemGuard.Tests.Containers;

/// <summary>A real memory control group (first generation) for a child process.</summary>
internal sealed class MemoryCgroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup/memory";

    private readonly string _top = System.IO.Path.Combine(Root, $"memguard-test-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly string _directory;

    private MemoryCgroup(long? limitBytes, bool isParents)
    {
        _directory = isParents ? System.IO.Path.Combine(_top, "child") : _top;
        Directory.CreateDirectory(_directory);
        if (limitBytes is long limit)
        {
            File.WriteAllText(System.IO.Path.Combine(_top, "memory.limit_in_bytes"), $"{limit}");
        }
    }

    /// <summary>Where the group is.</summary>
    public string Path => _directory;

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? RefusedBecause { get; } = TryOnce();

    /// <param name="limitBytes">Its limit; null for none.</param>
    /// <param name="isParents">Whether that is the limit of the group above, and its own is none.</param>
    public static MemoryCgroup Create(long? limitBytes, bool isParents = false) => new(limitBytes, isParents);

    /// <summary>Runs this assembly again inside the group; what it wrote, as key and value.</summary>
    public Dictionary<string, string> Run(string command, params (string Name, string Value)[] environment)
    {
        // The shell enters the group before it becomes the process, so that the runtime finds the limit when it starts.
        ProcessStartInfo start = new("/bin/sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _directory, "dotnet", "exec", typeof(MemoryCgroup).Assembly.Location, command])
        {
            RedirectStandardOutput = true,
        };
        foreach (string name in (string[])["DOTNET_GCHeapHardLimit", "DOTNET_GCHeapHardLimitPercent", "DOTNET_gcServer", "KUBERNETES_SERVICE_HOST", "DOTNET_RUNNING_IN_CONTAINER"])
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.Equal(0, child.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
    }

    public void Dispose()
    {
        Directory.Delete(_directory);
        if (_top != _directory)
        {
            Directory.Delete(_top);
        }
    }

    private static string? TryOnce()
    {
        if (!File.Exists(System.IO.Path.Combine(Root, "memory.limit_in_bytes")))
        {
            return "this machine has no memory controller of the first generation";
        }

        try
        {
            using MemoryCgroup probe = new(64 << 20, isParents: false);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"a memory control group cannot be made here: {exception.Message}";
        }
    }
}
