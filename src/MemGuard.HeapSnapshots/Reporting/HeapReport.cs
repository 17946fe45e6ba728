using System.Globalization;
using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>The report that a tired person reads from the top: what grew, what holds most, why it is alive, and then the tables.</summary>
internal static class HeapReport
{
    private const int MaxPlaces = 10;
    private const int MaxTypes = 25;
    private const int MaxGrownTypes = 10;

    public static void Write(TextWriter writer, HeapReportFormat format, SnapshotData data, HeapSnapshotDiff? diff)
    {
        if (format == HeapReportFormat.Json)
        {
            HeapSnapshotDiff? whole = data.IncompleteBecause is null ? diff : null;
            ReportData report = new() { Snapshot = data with { Paths = [] }, GrowthBytes = whole?.GrowthBytes, UnexplainedBytes = whole?.UnexplainedBytes, Growth = whole?.Growth };
            writer.Write(JsonSerializer.Serialize(report, SnapshotJsonContext.Default.ReportData));
            return;
        }

        ReportStyle style = format == HeapReportFormat.Markdown ? ReportStyle.Markdown : ReportStyle.Text;
        WriteHead(writer, style, data, diff);
        if (diff is not null && data.IncompleteBecause is null)
        {
            WriteGrowth(writer, style, diff);
        }

        if (diff is not null)
        {
            WriteGrownTypes(writer, style, diff);
        }

        WritePlaces(writer, style, data);
        WriteTypes(writer, style, data);
    }

    // What a tired person asks, in five lines: what is it, how is it held, since when, what is to be done, and what did it cost to find out.
    private static void WriteHead(TextWriter writer, ReportStyle style, SnapshotData data, HeapSnapshotDiff? diff)
    {
        style.Heading(writer, 1, $"Heap snapshot of {style.Words(data.Application)}");
        HeapGrowth? grown = diff?.Growth is [var first, ..] ? first : null;
        HeapDominator? place = grown?.Place ?? (data.Places.Count > 0 ? data.Places[0] : null);
        style.Item(writer, place is null && data.IncompleteBecause is not null ? "what: only types were counted" : What(style, place, grown, diff));
        style.Item(writer, "held: " + (place is null ? "unknown" : style.Code(place.Chain.ToString())));
        style.Item(writer, string.Create(CultureInfo.InvariantCulture, $"when: {data.TakenAt:yyyy-MM-dd HH:mm:ss}Z, {style.Words(data.Reason)}{(diff is null ? "" : $"; compared with {diff.BaselineTakenAt:HH:mm:ss}Z, {Minutes(diff.Elapsed)} before")}"));
        style.Item(writer, "next: " + style.Words(place?.NextStep ?? "take a second snapshot later and compare: what grows is what leaks"));
        style.Item(writer, string.Create(
            CultureInfo.InvariantCulture,
            $"cost: {data.ObjectCount:N0} objects, {ByteText.Of(data.TotalBytes)} live; the process stood still for {data.Pause.TotalMilliseconds:F0} ms; the analysis took {data.AnalysisTime.TotalSeconds:F1} s{(data.CapturedBy is { } way ? $"; captured by {style.Words(way)}" : "")}"));
        style.EndList(writer);
        if (data.IncompleteBecause is { } missing)
        {
            style.Paragraph(writer, $"INCOMPLETE: {style.Words(missing)}. The types below were counted from what arrived{(diff is null ? "" : ", and have grown by at least so much")}; retained sizes and owners are left out.");
        }
    }

    private static string What(ReportStyle style, HeapDominator? place, HeapGrowth? grown, HeapSnapshotDiff? diff) =>
        place is null ? "what: nothing stands out"
        : grown is null ? string.Create(CultureInfo.InvariantCulture, $"what: {style.Code(place.Name)} holds most: {ByteText.Of(place.RetainedBytes)}, {Percent(place.ShareRatio)} of the heap")
        : string.Create(CultureInfo.InvariantCulture, $"what: {style.Code(place.Name)} grew most: +{ByteText.Of(grown.GrowthBytes)}{PerMinute(grown.GrowthBytes, diff!.Elapsed)}, {Percent(grown.ShareRatio)} of the growth");

    private static string Minutes(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min");

    private static string Percent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0} %");

    private static string PerMinute(long bytes, TimeSpan time) => time > TimeSpan.Zero ? $" ({ByteText.Of((long)(bytes / time.TotalMinutes))}/min)" : "";

    private static void WriteGrowth(TextWriter writer, ReportStyle style, HeapSnapshotDiff diff)
    {
        style.Heading(writer, 2, $"What has grown: {ByteText.Of(diff.GrowthBytes)}");
        foreach (HeapGrowth growth in diff.Growth.Take(MaxPlaces))
        {
            style.Item(writer, string.Create(
                CultureInfo.InvariantCulture,
                $"+{ByteText.Of(growth.GrowthBytes)}{PerMinute(growth.GrowthBytes, diff.Elapsed)} ({Percent(growth.ShareRatio)} of the growth), +{growth.GrowthCount:N0} {style.Words(growth.Place.CountUnit)}: {style.Code(growth.Place.Name)}"));
        }

        style.EndList(writer);
        if (diff.GrowthBytes > 0)
        {
            style.Paragraph(writer, string.Create(
                CultureInfo.InvariantCulture,
                $"{Percent((double)diff.UnexplainedBytes / diff.GrowthBytes)} of the growth ({ByteText.Of(diff.UnexplainedBytes)}) is in none of these places."));
        }
    }

    private static void WriteGrownTypes(TextWriter writer, ReportStyle style, HeapSnapshotDiff diff)
    {
        if (diff.Types.Count == 0)
        {
            return;
        }

        style.Heading(writer, 2, "Types that grew");
        style.Table(writer, ["bytes", "objects", "type"], diff.Types.Take(MaxGrownTypes).Select(type => (IReadOnlyList<string>)
        [
            $"+{ByteText.Of(type.GrowthBytes)}{PerMinute(type.GrowthBytes, diff.Elapsed)}", type.GrowthCount.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture), style.Code(type.TypeName),
        ]));
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
                $"{ByteText.Of(place.RetainedBytes)} ({Percent(place.ShareRatio)}), {place.Count:N0} {style.Words(place.CountUnit)}: {style.Code(place.Name)}{owner}"));
            style.Detail(writer, "alive because of", style.Code(place.Chain.ToString()));
            if (place.NextStep is { } next)
            {
                style.Detail(writer, "next", style.Words(next));
            }
        }

        style.EndList(writer);
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
