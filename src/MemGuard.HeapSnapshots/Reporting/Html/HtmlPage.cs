using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>
/// The page: served, it names its assets and asks for the rest by itself; as a file, it has everything inside. Verdict, memory, alerts and limits are
/// in it as text, so that it is of use without a script too.
/// </summary>
/// <remarks>Every text that others chose goes through the encoder.</remarks>
internal sealed class HtmlPage(TextWriter writer)
{
    private static readonly (string Id, string Title)[] Charts =
    [
        ("stack", "Where it is"), ("live", "Live heap after full collections"), ("pauses", "Pauses of the garbage collector"), ("allocations", "Allocation rate"),
    ];

    private const string Announcements = "<p id=\"announce\" class=\"unseen\" aria-live=\"polite\"></p>\n<p id=\"problem\" role=\"alert\" hidden></p>\n<main>\n";

    private const string SnapshotSection =
        "<section id=\"snapshots\" class=\"scripts-only\" aria-labelledby=\"snapshots-title\"><h2 id=\"snapshots-title\">Heap snapshots</h2><div id=\"snapshot-list\"></div><div id=\"capture\"></div><div id=\"compare\"></div><div id=\"snapshot-detail\"></div></section>\n";

    /// <summary>The page that a server answers with. All addresses in it are relative to its own, which ends with a slash.</summary>
    public static void WriteServed(TextWriter writer, PageState state, PageAlerts alerts) => new HtmlPage(writer).Write(state, alerts, null);

    /// <summary>The page as one file, to be opened without a server or a network.</summary>
    public static void WriteOffline(TextWriter writer, PageData data) => new HtmlPage(writer).Write(data.State, data.Alerts, data);

    /// <summary>One snapshot as one file: what it says, and its tables.</summary>
    public static void WriteSnapshot(TextWriter writer, PageState state, SnapshotFileData data) => new HtmlPage(writer).Write(state, data);

    private void Write(PageState state, SnapshotFileData data)
    {
        WriteHead(state, isOffline: true, $"heap snapshot – {state.Application.Name}");
        writer.Write(Announcements);
        WriteVerdict(state);
        writer.Write(SnapshotSection);
        WriteFoot(state);
        WriteData(JsonSerializer.Serialize(data, PageJsonContext.Default.SnapshotFileData));
        WriteScript(PageAssets.Script);
        writer.Write("</body>\n</html>\n");
    }

    private void Write(PageState state, PageAlerts alerts, PageData? offline)
    {
        WriteHead(
            state,
            offline is not null,
            $"{(state.Verdict is { Problem: { } problem, Stage: "suspected" or "confirmed" } ? "● " + problem.Replace('_', ' ') : state.Verdict.Stage)} – {state.Application.Name}");
        writer.Write(Announcements);
        WriteVerdict(state);
        WriteMemory(state.Memory);
        WriteCharts();
        writer.Write("<section id=\"structures\" class=\"scripts-only\" aria-labelledby=\"structures-title\"><div class=\"section-head\"><h2 id=\"structures-title\">Bounded structures</h2><label>Search <input id=\"structure-search\" type=\"search\" autocomplete=\"off\"></label></div><div id=\"structure-list\"></div></section>\n");
        writer.Write("<section id=\"routes\" class=\"scripts-only\" aria-labelledby=\"routes-title\" hidden><h2 id=\"routes-title\">Routes by allocation</h2><div id=\"route-list\"></div></section>\n");
        WriteAlerts(alerts);
        writer.Write(SnapshotSection);
        WriteLimits(state.Limits);
        writer.Write("<section id=\"previous-run\" aria-labelledby=\"previous-title\"><h2 id=\"previous-title\">");

        // A file is read when the process is over.
        Text(offline is null ? "The run before" : "How it ended");
        writer.Write("</h2><div id=\"previous\"><p>");
        Text(state.PreviousRun?.Message ?? (offline is null ? "No black box of an earlier run was found." : "No black box of it was found."));
        writer.Write("</p></div></section>\n");
        WriteFoot(state);
        if (offline is not null)
        {
            WriteData(JsonSerializer.Serialize(offline, PageJsonContext.Default.PageData));
            WriteScript(PageAssets.Charts);
            WriteScript(PageAssets.Script);
        }

        writer.Write("</body>\n</html>\n");
    }

    private void WriteFoot(PageState state)
    {
        writer.Write("</main>\n<footer><p>MemGuard ");
        Text(state.Application.MemGuardVersion);
        writer.Write("</p></footer>\n");
    }

    // The serializer escapes what could end the element.
    private void WriteData(string json)
    {
        writer.Write("<script type=\"application/json\" id=\"memguard-data\">");
        writer.Write(json);
        writer.Write("</script>\n");
    }

    private void WriteHead(PageState state, bool isOffline, string title)
    {
        writer.Write("<!DOCTYPE html>\n<html lang=\"en\" data-stage=\"");
        Text(state.Verdict.Stage);
        writer.Write("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n");
        if (isOffline)
        {
            writer.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; script-src '{PageAssets.Script.IntegrityHash}' '{PageAssets.Charts.IntegrityHash}'; style-src '{PageAssets.Style.IntegrityHash}'\">\n");
        }

        writer.Write("<title>");
        Text(title);
        writer.Write("</title>\n");
        PageAsset icon = PageAssets.Icons[state.Verdict.Stage];
        if (isOffline)
        {
            writer.Write($"<link rel=\"icon\" href=\"data:image/svg+xml;base64,{Convert.ToBase64String(icon.Content)}\">\n<style>{System.Text.Encoding.UTF8.GetString(PageAssets.Style.Content)}</style>\n</head>\n<body>\n");
            return;
        }

        writer.Write($"<link rel=\"icon\" href=\"assets/{icon.Name}\">\n<link rel=\"stylesheet\" href=\"assets/{PageAssets.Style.Name}\">\n");
        writer.Write($"<script defer src=\"assets/{PageAssets.Charts.Name}\"></script>\n<script defer src=\"assets/{PageAssets.Script.Name}\"></script>\n</head>\n<body");
        foreach ((string stage, PageAsset asset) in PageAssets.Icons)
        {
            writer.Write($" data-icon-{stage}=\"assets/{asset.Name}\"");
        }

        writer.Write(">\n");
    }

    private void WriteVerdict(PageState state)
    {
        PageVerdict verdict = state.Verdict;
        writer.Write("<section class=\"verdict\" id=\"verdict\" aria-labelledby=\"headline\"><div class=\"about\"><span id=\"app\">");
        Text(string.Join(" · ", new[]
        {
            state.Application.Name + (state.Application.Version is { } version ? " " + version : ""),
            state.Application.Machine,
            state.UptimeSeconds is { } uptime ? "up " + PageText.Duration(TimeSpan.FromSeconds(uptime)) : null,
        }.Where(static part => part is not null)));
        writer.Write("</span><span id=\"seen\">");
        Text(state.Time is { } time ? string.Create(CultureInfo.InvariantCulture, $"as of {time.UtcDateTime:HH:mm:ss} UTC") : "");
        writer.Write("</span></div>\n<h1><span id=\"mark\" aria-hidden=\"true\">●</span><span id=\"headline\">");
        Text(verdict.Headline);
        writer.Write("</span></h1>\n<p id=\"reason\">");
        Text(verdict.Reason);
        writer.Write("</p>\n<ul id=\"suspects\">");
        foreach (PageSuspect suspect in state.Suspects)
        {
            WriteSuspect(suspect);
        }

        Tagged("li", state.NoSuspectBecause is { } because ? "No suspect: " + because : null, " class=\"quiet\"");
        writer.Write("</ul>\n<p id=\"next\">");
        Text(verdict.NextStep is { } next ? "Next: " + next : "");
        writer.Write("</p>\n<div id=\"copy\"></div></section>\n");
    }

    private void WriteSuspect(PageSuspect suspect)
    {
        string?[] figures =
        [
            suspect.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count:N0} {suspect.CountUnit}") : null,
            suspect.RetainedBytes is { } bytes ? $"{ByteText.Of(bytes)} freed with it" : null,
            suspect.GrowthShareRatio is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} % of the growth") : null,
        ];
        writer.Write("<li>");
        Tagged("code", suspect.Name, " class=\"holder\"");
        Tagged("span", string.Join(" · ", figures.Where(static figure => figure is not null)), " class=\"figures\"");
        if (suspect.Chain is { Count: > 0 } chain)
        {
            writer.Write("<details class=\"chain\"><summary>How it is held</summary><ol>");
            foreach (string step in chain)
            {
                writer.Write("<li>");
                Tagged("code", step);
                writer.Write("</li>");
            }

            writer.Write("</ol></details>");
        }

        writer.Write("</li>");
    }

    private void WriteMemory(PageMemory? memory)
    {
        writer.Write("<section id=\"memory\" aria-labelledby=\"memory-title\"><h2 id=\"memory-title\">Memory now</h2><div id=\"memory-now\">");
        Tagged("p", memory switch
        {
            null => "No sample yet.",
            { UsedBytes: null } => "How much is used is not known.",
            { LimitBytes: null } => $"{ByteText.Of(memory.UsedBytes.Value)} unreclaimable; no limit known.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{ByteText.Of(memory.UsedBytes.Value)} unreclaimable of {ByteText.Of(memory.LimitBytes.Value)} ({memory.UsedRatio * 100:0} %), {ByteText.Of(memory.HeadroomBytes ?? 0)} left."),
        }, " class=\"usage\"");
        if (memory is { UsedRatio: { } ratio })
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"<meter min=\"0\" max=\"1\" high=\"0.9\" value=\"{ratio:0.###}\" aria-label=\"Used share of the limit\"></meter>"));
        }

        Tagged("p", memory?.NoLimitBecause, " class=\"hint\"");
        writer.Write("</div><div id=\"collection\"></div></section>\n");
    }

    private void WriteCharts()
    {
        writer.Write("<div class=\"charts scripts-only\">");
        foreach ((string id, string title) in Charts)
        {
            writer.Write($"<section aria-labelledby=\"title-{id}\"><div class=\"chart-head\"><h2 id=\"title-{id}\">{title}</h2><div id=\"tools-{id}\"></div></div><div id=\"chart-{id}\" class=\"chart\"><p class=\"quiet\">No sample yet.</p></div><div id=\"table-{id}\" class=\"numbers\" tabindex=\"0\" role=\"region\" aria-label=\"{title}, as a table\" hidden></div></section>\n");
        }

        writer.Write("</div>\n");
    }

    private void WriteAlerts(PageAlerts alerts)
    {
        writer.Write("<section id=\"alerts\" aria-labelledby=\"alerts-title\"><h2 id=\"alerts-title\">Alerts</h2><ul id=\"alert-list\">");
        if (alerts.Alerts.Count == 0)
        {
            Tagged("li", "None since this process started.", " class=\"quiet\"");
        }

        foreach (PageAlert alert in alerts.Alerts)
        {
            Tagged("li", string.Create(CultureInfo.InvariantCulture, $"{alert.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {alert.Stage}, episode {alert.Episode}: {alert.Line}"), " class=\"alert\"");
        }

        writer.Write("</ul></section>\n");
    }

    private void WriteLimits(PageLimits limits)
    {
        writer.Write("<section id=\"limits\" aria-labelledby=\"limits-title\"><h2 id=\"limits-title\">Limits</h2><div id=\"limits-now\">");
        Tagged("p", limits.Summary);
        if (limits.Findings.Count > 0)
        {
            writer.Write("<ul class=\"findings\">");
            foreach (PageFinding finding in limits.Findings)
            {
                writer.Write("<li>");
                Tagged("b", finding.Severity, " class=\"severity\"");
                Text($" {finding.Fact} ");
                Tagged("code", finding.Setting, " class=\"line\"");
                writer.Write("</li>");
            }

            writer.Write("</ul>");
        }

        writer.Write("</div></section>\n");
    }

    private void WriteScript(PageAsset asset)
    {
        writer.Write("<script>");
        writer.Write(System.Text.Encoding.UTF8.GetString(asset.Content));
        writer.Write("</script>\n");
    }

    // Attributes are of this class's own making, never a text of others.
    private void Tagged(string tag, string? text, string attributes = "")
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.Write($"<{tag}{attributes}>");
            Text(text);
            writer.Write($"</{tag}>");
        }
    }

    private void Text(string text) => HtmlEncoder.Default.Encode(writer, text);
}
