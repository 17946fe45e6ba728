using System.Globalization;
using MemGuard.Costs;

namespace MemGuard.Evidence;

/// <summary>The private directory in which reports lie: named by time, process and cause; few are kept.</summary>
/// <param name="configured">The directory in which the private one is made.</param>
/// <param name="costs">Hears how much lies there; null for the process's own.</param>
internal sealed class ReportDirectory(string configured, OwnCosts? costs = null)
{
    /// <summary>Reports that are kept; the oldest goes.</summary>
    public const int MaxKept = 16;

    private const string OwnName = "memguard-reports";
    private const string Prefix = "report-";
    private const string Suffix = ".json";

    public string Root { get; } = Path.Combine(Path.GetFullPath(configured), OwnName);

    /// <summary>Makes the directory, or finds it as it should be.</summary>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public string? Prepare() => PrivateDirectory.Prepare(Path.GetFullPath(configured), Root);

    /// <summary>A new file's path: <c>report-20261129T183012Z-4711-confirmed.json</c>.</summary>
    public string GetPath(ReportCause cause, DateTimeOffset now, int processId) => Path.Combine(Root, string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{processId}-{NameOf(cause)}{Suffix}"));

    /// <summary>Writes a report, whole or not at all, and deletes what is too much.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path, ReadOnlySpan<byte> report, DateTimeOffset now)
    {
        string temporary = Path.Combine(Root, $"new-{PrivateFile.RandomName()}{Suffix}");
        try
        {
            using (FileStream stream = PrivateFile.Create(temporary, bufferSize: 0, preallocationSize: report.Length))
            {
                stream.Write(report);
            }

            // Never over one that is there: two in one second are two causes, or two clocks.
            File.Move(temporary, path);
        }
        catch
        {
            Containment.Run(temporary, File.Delete);
            throw;
        }

        DeleteOldest(now);
    }

    /// <summary>The report that a process wrote while it died; null when there is none.</summary>
    /// <param name="processId">Its id.</param>
    /// <param name="startedAt">When it started: ids come again.</param>
    public string? FindLast(int processId, DateTimeOffset startedAt)
    {
        string id = processId.ToString(CultureInfo.InvariantCulture);
        FileInfo? first = null;
        foreach (FileInfo file in new DirectoryInfo(Root).EnumerateFiles(Prefix + "*" + Suffix)
            .Where(file => file.LastWriteTimeUtc >= startedAt.UtcDateTime && (file.Name.EndsWith($"-{id}-{NameOf(ReportCause.OutOfMemory)}{Suffix}", StringComparison.Ordinal) || file.Name.EndsWith($"-{id}-{NameOf(ReportCause.UnhandledException)}{Suffix}", StringComparison.Ordinal))))
        {
            first = first is null || file.LastWriteTimeUtc < first.LastWriteTimeUtc ? file : first;
        }

        return first?.FullName;
    }

    /// <summary>Deletes the oldest reports beyond <see cref="MaxKept"/>, and what a killed process left half written.</summary>
    public void DeleteOldest(DateTimeOffset now)
    {
        DateTime justNow = now > DateTimeOffset.UnixEpoch ? now.UtcDateTime.AddMinutes(-1) : DateTime.UnixEpoch;
        FileInfo[] files = new DirectoryInfo(Root).GetFiles("*" + Suffix);
        Array.Sort(files, static (a, b) => b.LastWriteTimeUtc.CompareTo(a.LastWriteTimeUtc));
        int kept = 0;
        long keptBytes = 0;
        foreach (FileInfo file in files)
        {
            bool isReport = file.Name.StartsWith(Prefix, StringComparison.Ordinal);
            if (isReport ? kept >= MaxKept : file.LastWriteTimeUtc < justNow)
            {
                Containment.Run(file, static file => file.Delete());
            }
            else if (isReport)
            {
                kept++;
                keptBytes += file.Length;
            }
        }

        (costs ?? OwnCosts.OfProcess).SetDisk(CostPart.Reports, keptBytes, kept);
    }

    private static string NameOf(ReportCause cause) => cause switch
    {
        ReportCause.Confirmed => "confirmed",
        ReportCause.UnhandledException => "unhandled-exception",
        ReportCause.OutOfMemory => "out-of-memory",
        _ => "requested",
    };
}
