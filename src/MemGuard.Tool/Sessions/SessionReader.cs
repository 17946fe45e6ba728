using System.Text.Json;
using MemGuard.Containers;
using MemGuard.HeapSnapshots;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Sessions;

namespace MemGuard.Tool.Sessions;

/// <summary>Reads what a watched process left in its folder, however it ended.</summary>
internal static class SessionReader
{
    private const string BoxDirectory = "memguard-blackbox";
    private const string BoxPattern = "*.box";
    private const string RecordingPattern = "memguard-series-*";

    /// <returns>Whether a folder is a session's.</returns>
    public static bool IsSession(string path) => File.Exists(new SessionFolder(path).AttachedFile);

    public static SessionReport Read(string path, int? exitCode)
    {
        SessionFolder folder = new(path);
        (string? application, string? runtime, string? by, int? processId) = ReadAttached(folder);
        MemorySample? first = null;
        MemorySample? last = null;
        long? most = null;
        int count = 0;
        foreach (MemorySample sample in ReadSamples(path))
        {
            first ??= sample;
            last = sample;
            count++;
            most = MemoryUsage.Of(sample).UsedBytes is long used && !(used <= most) ? used : most;
        }

        return new SessionReport
        {
            Application = application,
            Runtime = runtime,
            By = by,
            ProcessId = processId,
            ExitCode = exitCode,
            End = ReadEnd(path),
            Alerts = ReadAlerts(folder),
            SampleCount = count,
            Duration = last?.Elapsed,
            FirstUsedBytes = first is { } one ? MemoryUsage.Of(one).UsedBytes : null,
            LastUsedBytes = last is { } end ? MemoryUsage.Of(end).UsedBytes : null,
            MostUsedBytes = most,
            LimitBytes = last is { } latest ? MemoryUsage.Of(latest).LimitBytes : null,
            Lines = ReadLines(folder),
            HeapReports = FindFiles(folder, "report.md"),
        };
    }

    /// <summary>The samples of a folder, as far as they can be read.</summary>
    public static IEnumerable<MemorySample> ReadSamples(string path) =>
        Directory.EnumerateDirectories(path, RecordingPattern)
            .SelectMany(static recording => Directory.EnumerateFiles(recording, "series-*.csv").Order(StringComparer.Ordinal))
            .SelectMany(static file => Replays.SeriesUntil.Broken(SeriesReader.Read(file), static _ => { }));

    /// <summary>The same with their time of day, which a recording does not have: the last one was written when its file was.</summary>
    public static IReadOnlyList<MemorySample> ReadTimedSamples(string path)
    {
        IEnumerable<string> files = Directory.EnumerateDirectories(path, RecordingPattern).SelectMany(static recording => Directory.EnumerateFiles(recording, "series-*.csv"));
        return ReplayPage.Time(ReadSamples(path), files.Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.UnixEpoch).Max());
    }

    private static List<AlertLine> ReadAlerts(SessionFolder folder) =>
        [.. new FileTail(folder.AlertsFile).ReadNew().Select(AlertLine.TryParse).OfType<AlertLine>()];

    private static IReadOnlyList<string> ReadLines(SessionFolder folder) => new FileTail(folder.LogFile).ReadNew();

    /// <summary>The heap snapshots of a folder by the name of theirs, the newest first; what cannot be read is left out. Dispose them.</summary>
    public static IReadOnlyList<(string Name, HeapSnapshot Snapshot)> OpenSnapshots(string path)
    {
        List<(string, HeapSnapshot)> opened = [];
        foreach (string file in FindFiles(new SessionFolder(path), "heap.memguard"))
        {
            try
            {
                opened.Add((VisibleText.OfName(Path.GetFileName(Path.GetDirectoryName(file)) ?? "snapshot"), HeapSnapshot.Open(file)));
            }
            catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // It was being written when the process ended.
            }
        }

        opened.Sort(static (one, other) => other.Item2.TakenAt.CompareTo(one.Item2.TakenAt));
        return opened;
    }

    private static List<string> FindFiles(SessionFolder folder, string name) =>
        Directory.Exists(folder.SnapshotsDirectory)
            ? [.. Directory.EnumerateFiles(folder.SnapshotsDirectory, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    private static (string? Application, string? Runtime, string? By, int? ProcessId) ReadAttached(SessionFolder folder)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(folder.AttachedFile));
            JsonElement root = document.RootElement;
            return (root.GetProperty("application").GetString(), root.GetProperty("runtime").GetString(), root.GetProperty("by").GetString(), root.GetProperty("pid").GetInt32());
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return default;
        }
    }

    // How the process ended is in its black box, which survives it.
    private static PreviousRun? ReadEnd(string path)
    {
        string boxes = Path.Combine(path, BoxDirectory);
        if (!Directory.Exists(boxes))
        {
            return null;
        }

        foreach (string file in Directory.EnumerateFiles(boxes, BoxPattern).OrderByDescending(File.GetLastWriteTimeUtc))
        {
            try
            {
                BlackBoxRecord? record = BlackBoxReader.Read(File.ReadAllBytes(file), out _);
                if (record is not null)
                {
                    return PreviousRunVerdict.Judge(record, ReadFacts());
                }
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // It is still being written: the process lives.
            }
        }

        return null;
    }

    // The tool is in the control group of its child: a kill that was counted there since is the child's.
    private static VerdictFacts ReadFacts()
    {
        SystemFiles files = SystemFiles.Instance;
        using CgroupMemory group = new(files);
        ContainerDetails container = group.Read();
        return new VerdictFacts(ProcessIdentity.Read(files).BootId, BlackBoxSlot.FindGroupId(container.GroupDirectory), container.KillCount, CrashReports.Find);
    }
}
