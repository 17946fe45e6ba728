using System.Globalization;
using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>The report that a tired person reads from the top: what grew, what holds most, why it is alive, and then the tables.</summary>
internal static class HeapReport
{
    private const int MaxPlaces = 10;
    private const int MaxTypes = 25;

    public static void Write(TextWriter writer, HeapReportFormat format, SnapshotData data, HeapSnapshotDiff? diff)
    {
        if (format == HeapReportFormat.Json)
        {
            ReportData report = new() { Snapshot = data with { Paths = [] }, GrowthBytes = diff?.GrowthBytes, UnexplainedBytes = diff?.UnexplainedBytes, Growth = diff?.Growth };
            writer.Write(JsonSerializer.Serialize(report, SnapshotJsonContext.Default.ReportData));
            return;
        }

        ReportStyle style = format == HeapReportFormat.Markdown ? ReportStyle.Markdown : ReportStyle.Text;
        WriteHead(writer, style, data);
        if (diff is not null)
        {
            WriteGrowth(writer, style, diff);
        }

        WritePlaces(writer, style, data);
        WriteTypes(writer, style, data);
    }

    private static void WriteHead(TextWriter writer, ReportStyle style, SnapshotData data)
    {
        style.Heading(writer, 1, $"Heap snapshot of {style.Words(data.Application)}");
        style.Paragraph(writer, string.Create(
            CultureInfo.InvariantCulture,
            $"{data.TakenAt:yyyy-MM-dd HH:mm:ss}Z, {style.Words(data.Reason)}. {data.ObjectCount:N0} objects, {ByteText.Of(data.TotalBytes)} live. The process stood still for {data.Pause.TotalMilliseconds:F0} ms; the analysis took {data.AnalysisTime.TotalSeconds:F1} s."));
        if (data.CapturedBy is { } way)
        {
            style.Paragraph(writer, $"Captured by {style.Words(way)}.");
        }

        if (data.IncompleteBecause is { } missing)
        {
            style.Paragraph(writer, $"INCOMPLETE: {style.Words(missing)}. The types below were counted from what arrived; retained sizes and owners are left out.");
        }
    }

    private static void WriteGrowth(TextWriter writer, ReportStyle style, HeapSnapshotDiff diff)
    {
        style.Heading(writer, 2, $"What has grown: {ByteText.Of(diff.GrowthBytes)}");
        foreach (HeapGrowth growth in diff.Growth.Take(MaxPlaces))
        {
            style.Item(writer, string.Create(
                CultureInfo.InvariantCulture,
                $"+{ByteText.Of(growth.GrowthBytes)} ({growth.ShareRatio:P0} of the growth), +{growth.GrowthCount:N0} {style.Words(growth.Place.CountUnit)}: {style.Code(growth.Place.Name)}"));
        }

        if (diff.GrowthBytes > 0)
        {
            style.Paragraph(writer, string.Create(
                CultureInfo.InvariantCulture,
                $"{(double)diff.UnexplainedBytes / diff.GrowthBytes:P0} of the growth ({ByteText.Of(diff.UnexplainedBytes)}) is in none of these places."));
        }
    }

    private static void WritePlaces(TextWriter writer, ReportStyle style, SnapshotData data)
    {
        if (data.Places.Count == 0)
        {
            return;
        }

        style.Heading(writer, 2, "What holds most");
        foreach (HeapDominator place in data.Places.Take(MaxPlaces))
        {
            string owner = place.Owner is null ? "" : $" [{style.Words(place.Owner)}]";
            style.Item(writer, string.Create(
                CultureInfo.InvariantCulture,
                $"{ByteText.Of(place.RetainedBytes)} ({place.ShareRatio:P0}), {place.Count:N0} {style.Words(place.CountUnit)}: {style.Code(place.Name)}{owner}"));
            style.Detail(writer, "alive because of", style.Code(place.Chain.ToString()));
            if (place.NextStep is { } next)
            {
                style.Detail(writer, "next", style.Words(next));
            }
        }
    }

    private static void WriteTypes(TextWriter writer, ReportStyle style, SnapshotData data)
    {
        style.Heading(writer, 2, "Types by size");
        style.Table(writer, ["bytes", "objects", "type"], data.Types.Take(MaxTypes).Select(usage => (IReadOnlyList<string>)
        [
            ByteText.Of(usage.TotalBytes), usage.Count.ToString("N0", CultureInfo.InvariantCulture), style.Code(usage.TypeName),
        ]));
    }
}
