using System.Runtime.Versioning;

namespace Hostile.Scenarios;

/// <summary>Disks and directories that are not as they should be.</summary>
[UnsupportedOSPlatform("windows")]
internal static class DiskScenarios
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Scenario> All =>
    [
        new("full disk", FullDisk),
        new("read-only disk", ReadOnlyDisk),
        new("directories deleted while it runs", DeletedDirectories),
        new("parent directory with the set-group-id bit", SetGroupParent),
        new("umask 0002", GroupWritableUmask),
        new("files from the future", FilesFromTheFuture),
    ];

    private static void FullDisk(Trial trial)
    {
        trial.MountDisk("200k");
        AppProcess app = trial.Start();
        app.Ask("wait 10");
        trial.Note(app.Ask("capture 3"));
        app.Ask("wait 3");
        app.Stop();
    }

    private static void ReadOnlyDisk(Trial trial)
    {
        trial.MountDisk("200m,ro");
        AppProcess app = trial.Start();
        app.Ask("wait 10");
        trial.Note(app.Ask("capture 3"));
        app.Ask("wait 3");
        app.Stop();
    }

    private static void DeletedDirectories(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask("wait 3");
        app.Ask("capture");
        Directory.Delete(trial.DataDirectory, recursive: true);
        app.Ask("wait 3");
        string answer = app.Ask("capture");
        trial.Check(answer.StartsWith("1 taken", StringComparison.Ordinal), "no snapshot after its directory was deleted: " + answer);
        if (trial.IsLong)
        {
            Thread.Sleep(TimeSpan.FromSeconds(65));
            trial.Check(Directory.GetFiles(Path.Combine(trial.DataDirectory, "series"), "*.csv", SearchOption.AllDirectories).Length > 0, "the recording was not begun anew within a minute");
        }

        app.Stop();
    }

    private static void SetGroupParent(Trial trial)
    {
        // As a volume of Kubernetes with an fsGroup: what is made inside inherits the bit.
        Directory.CreateDirectory(trial.DataDirectory);
        trial.Check(Trial.Shell($"chgrp 65534 '{trial.DataDirectory}' && chmod 2770 '{trial.DataDirectory}'"), "the directory could not be prepared");
        AppProcess app = trial.Start();
        app.Ask("wait 10");
        string answer = app.Ask("capture");
        trial.Check(answer.StartsWith("1 taken", StringComparison.Ordinal), "no snapshot: " + answer);
        if (trial.IsLong)
        {
            Thread.Sleep(TimeSpan.FromSeconds(95));
        }

        app.Stop();
        trial.Check(Directory.GetFiles(trial.DataDirectory, "*.csv", SearchOption.AllDirectories).Any(static file => new FileInfo(file).Length > 500), "nothing was recorded");
        trial.Check(Directory.GetDirectories(Path.Combine(trial.DataDirectory, "series")).Length <= 1, "more than one directory for one recording");
    }

    private static void GroupWritableUmask(Trial trial)
    {
        AppProcess app = trial.Start("umask 0002");
        app.Ask("wait 10");
        string answer = app.Ask("capture");
        trial.Check(answer.StartsWith("1 taken", StringComparison.Ordinal), "no snapshot: " + answer);
        app.Stop();
        string[] open = [.. Directory.GetFileSystemEntries(trial.DataDirectory, "*", SearchOption.AllDirectories).Where(static path => (File.GetUnixFileMode(path) & Others) != 0)];
        trial.Check(open.Length == 0, "open to others: " + string.Join(", ", open.Select(path => Path.GetRelativePath(trial.DataDirectory, path))));
        trial.Check(Directory.GetFiles(Path.Combine(trial.DataDirectory, "snapshots"), "*", SearchOption.AllDirectories).Length > 1, "no files of the snapshot were kept");
    }

    private static void FilesFromTheFuture(Trial trial)
    {
        AppProcess before = trial.Start();
        before.Ask("wait 3");
        before.Ask("capture 2");
        before.Stop();
        foreach (string path in Directory.GetFileSystemEntries(trial.DataDirectory, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        AppProcess app = trial.Start();
        string answer = app.Ask("capture");
        trial.Check(answer.StartsWith("1 taken", StringComparison.Ordinal), "no snapshot: " + answer);
        app.Stop();
    }
}
