using System.Text.Json;
using MemGuard.Containers;
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
            HeapReports = FindHeapReports(folder),
        };
    }

    /// <summary>The samples of a folder, as far as they can be read.</summary>
    public static IEnumerable<MemorySample> ReadSamples(string path) =>
        Directory.EnumerateDirectories(path, RecordingPattern)
            .SelectMany(static recording => Directory.EnumerateFiles(recording, "series-*.csv").Order(StringComparer.Ordinal))
            .SelectMany(static file => Replays.SeriesUntil.Broken(SeriesReader.Read(file), static _ => { }));

    private static List<AlertLine> ReadAlerts(SessionFolder folder) =>
        [.. new FileTail(folder.AlertsFile).ReadNew().Select(AlertLine.TryParse).OfType<AlertLine>()];

    private static IReadOnlyList<string> ReadLines(SessionFolder folder) => new FileTail(folder.LogFile).ReadNew();

    private static List<string> FindHeapReports(SessionFolder folder) =>
        Directory.Exists(folder.SnapshotsDirectory)
            ? [.. Directory.EnumerateFiles(folder.SnapshotsDirectory, "report.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
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
