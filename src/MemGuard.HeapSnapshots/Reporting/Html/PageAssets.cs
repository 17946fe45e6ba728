using System.Text;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Script, style and icons of the page, from this assembly. Read on first use.</summary>
internal static class PageAssets
{
    private static readonly string[] Scripts = ["1-text.js", "2-charts.js", "3-sections.js", "4-snapshots.js", "5-live.js"];

    private static readonly Lazy<IReadOnlyDictionary<string, PageAsset>> ByName = new(static () =>
        Icons!.Values.Concat([Script, Charts, Style]).ToDictionary(static asset => asset.Name, StringComparer.Ordinal));

    private static readonly Lazy<PageAsset> LazyScript = new(static () => new PageAsset("page", "js", "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(ReadScript())));
    private static readonly Lazy<PageAsset> LazyCharts = new(static () => new PageAsset("uplot", "js", "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Read("uPlot.iife.min.js"))));
    private static readonly Lazy<PageAsset> LazyStyle = new(static () => new PageAsset("page", "css", "text/css; charset=utf-8", Encoding.UTF8.GetBytes(Read("uPlot.min.css") + "\n" + Read("page.css"))));

    /// <summary>What the page does.</summary>
    public static PageAsset Script => LazyScript.Value;

    /// <summary>uPlot, which draws the charts.</summary>
    public static PageAsset Charts => LazyCharts.Value;

    public static PageAsset Style => LazyStyle.Value;

    /// <summary>The icon of each stage of the verdict: its shape tells as well as its colour.</summary>
    public static IReadOnlyDictionary<string, PageAsset> Icons { get; } = new Dictionary<string, PageAsset>
    {
        ["off"] = Icon("off", "#6b7787", "M4 8h8"),
        ["starting"] = Icon("starting", "#6b7787", "M8 4v4l3 2"),
        ["healthy"] = Icon("healthy", "#1a6b43", "M4.5 8.5l2.5 2.5 4.5-5.5"),
        ["suspected"] = Icon("suspected", "#a86400", "M8 4v5M8 11v1"),
        ["confirmed"] = Icon("confirmed", "#b3261e", "M5 5l6 6M11 5l-6 6"),
        ["resolved"] = Icon("resolved", "#1a6b43", "M4.5 8.5l2.5 2.5 4.5-5.5"),
    };

    /// <returns>Null for a name that no asset has.</returns>
    public static PageAsset? Find(string name) => ByName.Value.GetValueOrDefault(name);

    // One scope: nothing of it is global, whatever else a page has.
    private static string ReadScript() =>
        "(() => {\n\"use strict\";\n" + string.Join('\n', Scripts.Select(Read)) + "})();\n";

    private static string Read(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream("page/" + name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static PageAsset Icon(string stage, string colour, string stroke) => new(
        "icon-" + stage,
        "svg",
        "image/svg+xml",
        Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"8\" fill=\"{colour}\"/><path d=\"{stroke}\" stroke=\"#fff\" stroke-width=\"2\" fill=\"none\" stroke-linecap=\"round\"/></svg>"));
}
