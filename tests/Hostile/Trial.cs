using System.Diagnostics;
using System.Globalization;

namespace Hostile;

/// <summary>One run of one scenario: its directory, its applications, and what was found.</summary>
internal sealed class Trial : IDisposable
{
    /// <summary>Lines of MemGuard's that one scenario may bring about.</summary>
    private const int MaxLines = 20;

    /// <summary>A recording has two files here, and sixteen earlier ones are kept; three snapshots with their reports, and the governor's files.</summary>
    private const int MaxFiles = 2 + (16 * 2) + (3 * 4) + 4;
    private const long MaxBytes = 32 << 20;

    private readonly List<AppProcess> _started = [];
    private readonly List<string> _mounts = [];

    public Trial(bool isLong)
    {
        IsLong = isLong;
        Root = Directory.CreateTempSubdirectory("memguard-hostile-").FullName;
        DataDirectory = Path.Combine(Root, "data");
    }

    public bool IsLong { get; }

    /// <summary>Private to the trial.</summary>
    public string Root { get; }

    /// <summary>What the application is told to write into. It makes it.</summary>
    public string DataDirectory { get; set; }

    public List<string> Failures { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>A number that is smaller in the short form.</summary>
    public int Times(int inLong, int inShort) => IsLong ? inLong : inShort;

    /// <summary>Starts the application and waits until it runs.</summary>
    public AppProcess Start(string before = "", IEnumerable<string>? settings = null, params (string Name, string Value)[] environment)
    {
        AppProcess app = new(DataDirectory, settings ?? [], before, [("TMPDIR", Root), .. environment]);
        _started.Add(app);
        return app.WaitUntilReady();
    }

    public void Check(bool holds, string promise)
    {
        if (!holds)
        {
            Fail(promise);
        }
    }

    public void Fail(string what) => Failures.Add(what);

    public void Note(string what) => Notes.Add(what);

    /// <summary>Runs a shell command as a part of the surroundings.</summary>
    /// <returns>Whether it ended well.</returns>
    public static bool Shell(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode == 0;
    }

    /// <summary>Puts a small file system where the application writes.</summary>
    public void MountDisk(string size)
    {
        Directory.CreateDirectory(DataDirectory);
        if (!Shell(string.Create(CultureInfo.InvariantCulture, $"mount -t tmpfs -o size={size},mode=0700 tmpfs '{DataDirectory}'")))
        {
            throw new SkippedException("no file system can be mounted here");
        }

        _mounts.Add(DataDirectory);
    }

    /// <summary>The promises that no scenario suspends.</summary>
    public void CheckWhatHoldsEverywhere()
    {
        foreach (AppProcess app in _started)
        {
            Check(app.Lines.Count <= MaxLines, string.Create(CultureInfo.InvariantCulture, $"{app.Lines.Count} lines, at most {MaxLines}: {string.Join(" / ", app.Lines.Take(25))}"));
            if (app.Lines.Count > 0)
            {
                Note(string.Join("\n    ", app.Lines.Take(6)));
            }
        }

        if (Directory.Exists(DataDirectory))
        {
            FileInfo[] files = new DirectoryInfo(DataDirectory).GetFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
            long bytes = files.Sum(static file => file.Length);
            Check(files.Length <= MaxFiles && bytes <= MaxBytes, string.Create(CultureInfo.InvariantCulture, $"{files.Length} files of {bytes / 1024} KiB, at most {MaxFiles} and {MaxBytes / 1024} KiB"));
            int directories = Directory.GetDirectories(DataDirectory, "*", SearchOption.AllDirectories).Length;
            Check(directories <= MaxFiles, string.Create(CultureInfo.InvariantCulture, $"{directories} directories, at most {MaxFiles}"));
        }
    }

    public void Dispose()
    {
        foreach (AppProcess app in _started)
        {
            app.Dispose();
        }

        foreach (string mount in _mounts)
        {
            Shell($"umount '{mount}'");
        }

        Directory.Delete(Root, recursive: true);
    }
}
