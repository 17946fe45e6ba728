using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Export;
using MemGuard.HeapSnapshots.Reporting;

namespace MemGuard.HeapSnapshots;

/// <summary>What was on the heap at one moment, and what kept it there.</summary>
/// <remarks>Contains names, counts and sizes only: no strings, no values, no addresses. Immutable and thread-safe. It holds summed paths, not the graph: some hundred kilobytes. Dispose it when it is no longer compared with.</remarks>
public sealed class HeapSnapshot : IDisposable
{
    private SnapshotData? _data;

    internal HeapSnapshot(SnapshotData data) => _data = data;

    /// <summary>When it was taken, UTC.</summary>
    public DateTimeOffset TakenAt => Data.TakenAt;

    /// <summary>Why it was taken, in the words of whoever asked.</summary>
    public string Reason => Data.Reason;

    /// <summary>Whether every object was seen. An incomplete snapshot has a type table and nothing else: retained sizes of half a graph would mislead.</summary>
    public bool IsComplete => Data.IncompleteBecause is null;

    /// <summary>What is missing; null when complete.</summary>
    public string? IncompleteBecause => Data.IncompleteBecause;

    /// <summary>How long the process stood still.</summary>
    public TimeSpan Pause => Data.Pause;

    /// <summary>Number of objects.</summary>
    public long ObjectCount => Data.ObjectCount;

    /// <summary>Bytes of all objects that can be reached from a root.</summary>
    public long TotalBytes => Data.TotalBytes;

    /// <summary>The types, by bytes, the largest first; at most 2,000.</summary>
    public IReadOnlyList<HeapTypeUsage> Types => Data.Types;

    /// <summary>Places where memory accumulates, the largest first; places below 0.2 % of the heap are left out.</summary>
    public IReadOnlyList<HeapDominator> Dominators => Data.Places;

    internal SnapshotData Data => _data ?? throw new ObjectDisposedException(nameof(HeapSnapshot));

    /// <summary>Opens a file that <see cref="Save"/> wrote, in this or another process.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no snapshot, is damaged or cut short, or comes from a newer version; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HeapSnapshot Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new HeapSnapshot(SnapshotFile.Read(path));
    }

    /// <summary>Writes the snapshot to a new file with mode 0600. An existing file or link is never touched.</summary>
    /// <param name="path">The file, which must not exist.</param>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SnapshotFile.Write(path, Data);
    }

    /// <summary>Compares with an earlier snapshot: what has grown, by the path that holds it.</summary>
    /// <param name="baseline">The earlier snapshot.</param>
    /// <param name="between">Snapshots between the two, the oldest first: what grew in every interval is listed first.</param>
    /// <exception cref="InvalidOperationException">One of the snapshots is incomplete.</exception>
    public HeapSnapshotDiff DiffFrom(HeapSnapshot baseline, params ReadOnlySpan<HeapSnapshot> between)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        List<SnapshotData> all = [baseline.Data];
        foreach (HeapSnapshot snapshot in between)
        {
            all.Add(snapshot.Data);
        }

        all.Add(Data);
        return all.Exists(static data => data.IncompleteBecause is not null)
            ? throw new InvalidOperationException("An incomplete snapshot cannot be compared: it has no retained sizes.")
            : HeapSnapshotDiff.Between(all);
    }

    /// <summary>Writes the report for people.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="format">Text, Markdown, JSON or HTML.</param>
    /// <param name="diff">Growth to report first; null for none.</param>
    public void WriteReport(TextWriter writer, HeapReportFormat format, HeapSnapshotDiff? diff = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (format == HeapReportFormat.Html)
        {
            SnapshotFilePage.Write(writer, this, IsComplete ? diff : null);
            return;
        }

        HeapReport.Write(writer, format, Data, diff);
    }

    /// <summary>Writes what keeps how much alive as a file for another tool's viewer. Works with a file that was kept too.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="format">Whose viewer.</param>
    /// <remarks>
    /// The file has what the snapshot has: one entry for all objects of a type that are held in the same way, at most 5,000 of them, with names, counts
    /// and sizes only. Retained sizes are those of <see cref="Dominators"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The snapshot is incomplete: it has no retained sizes.</exception>
    public void Export(Stream stream, HeapExportFormat format)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!IsComplete)
        {
            throw new InvalidOperationException("An incomplete snapshot cannot be exported: it has no retained sizes.");
        }

        switch (format)
        {
            case HeapExportFormat.Speedscope:
                SpeedscopeExport.Write(stream, Data);
                break;
            case HeapExportFormat.DevTools:
                DevToolsExport.Write(stream, Data);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "Must be Speedscope or DevTools.");
        }
    }

    /// <summary>Lets go of the contents.</summary>
    public void Dispose() => _data = null;
}
