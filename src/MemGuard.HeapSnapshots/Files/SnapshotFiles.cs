namespace MemGuard.HeapSnapshots.Files;

/// <summary>The files of one snapshot: the snapshot itself and its report in four forms.</summary>
internal static class SnapshotFiles
{
    public const string SnapshotName = "heap.memguard";

    public static void Write(string directory, HeapSnapshot snapshot, HeapSnapshotDiff? diff)
    {
        snapshot.Save(Path.Combine(directory, SnapshotName));
        WriteReport(Path.Combine(directory, "report.txt"), HeapReportFormat.Text);
        WriteReport(Path.Combine(directory, "report.md"), HeapReportFormat.Markdown);
        WriteReport(Path.Combine(directory, "report.json"), HeapReportFormat.Json);
        WriteReport(Path.Combine(directory, "report.html"), HeapReportFormat.Html);

        void WriteReport(string path, HeapReportFormat format)
        {
            using StreamWriter writer = new(PrivateFile.Create(path));
            snapshot.WriteReport(writer, format, diff);
        }
    }
}
