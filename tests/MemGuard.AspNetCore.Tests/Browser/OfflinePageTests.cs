using MemGuard.AspNetCore.Tests.Support;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Reporting;

namespace MemGuard.AspNetCore.Tests.Browser;

/// <summary>The page as one file, without a server.</summary>
public sealed class OfflinePageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [BrowserFact]
    public async Task File_WithoutAServer_HasVerdictChartsAndWhatHasGrown()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("memguard-offline-").FullName, "report.html");
        await File.WriteAllTextAsync(path, Write(Shop.Holder));
        await using WatchedPage watched = await browser.OpenAsync();

        await watched.Page.GotoAsync(new Uri(path).ToString());
        await watched.Page.Locator("#chart-stack canvas").WaitForAsync();

        Assert.Equal("Managed leak, confirmed 7 min ago. Limit in 66 min (52–84).", await watched.Page.Locator("#headline").InnerTextAsync());
        Assert.Contains("Live bytes 41 MB → 61 MB: +20 MB", await watched.Page.Locator("#snapshot-detail").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await watched.Page.Locator("#capture button").CountAsync());
        Assert.Empty(watched.Complaints);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void File_OfHostileNames_KeepsThemInsideTheData()
    {
        string page = Write("</script><script>alert(1)</script>");

        Assert.DoesNotContain("</script><script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.InRange(page.Length, 1, 200 * 1024);
    }

    [BrowserTheory]
    [InlineData(false, "Heap snapshot: 61 MB live in", "Places that hold most")]
    [InlineData(true, "Heap snapshot: 61 MB live, +20 MB in", "Places that have grown")]
    public async Task SnapshotReport_WithoutAServer_HasItsTables(bool isCompared, string headline, string table)
    {
        using HeapSnapshot before = new(ShopSnapshots.At(1));
        using HeapSnapshot after = new(ShopSnapshots.At(3));
        using StringWriter report = new();
        after.WriteReport(report, HeapReportFormat.Html, isCompared ? after.DiffFrom(before) : null);
        string path = Path.Combine(Directory.CreateTempSubdirectory("memguard-offline-").FullName, "report.html");
        await File.WriteAllTextAsync(path, report.ToString());
        await using WatchedPage watched = await browser.OpenAsync();

        await watched.Page.GotoAsync(new Uri(path).ToString());
        await watched.Page.GetByText(table).WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });

        Assert.StartsWith(headline, await watched.Page.Locator("#headline").InnerTextAsync(), StringComparison.Ordinal);
        Assert.NotEqual(0, await watched.Page.Locator("#suspects li .holder").CountAsync());
        Assert.NotEqual(0, await watched.Page.Locator("#snapshot-detail tbody tr").CountAsync());
        await watched.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { NameRegex = new System.Text.RegularExpressions.Regex("Show the snapshot") }).ClickAsync();
        await watched.Page.Locator(".icicle").WaitForAsync();
        Assert.Empty(watched.Complaints);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static string Write(string suspect)
    {
        FakeMonitor monitor = Shop.In("confirmed");
        monitor.Alerts = [monitor.Alerts[0], monitor.Alerts[1] with { Evidence = Evidence.EvidenceResult.Of(Shop.Suspect(suspect)) }];
        using HeapSnapshot before = new(ShopSnapshots.At(1));
        using HeapSnapshot after = new(ShopSnapshots.At(3));
        PageFacts facts = new()
        {
            Application = new PageApplication { Name = "shop", MemGuardVersion = "1.0.0" },
            Run = "one",
            History = monitor.History,
            Latest = monitor.Latest,
            WatchedSince = TimeSpan.Zero,
            Diagnosis = monitor.Diagnosis,
            Alerts = monitor.Alerts,
            Limits = monitor.Advice,
            Capture = new PageCapture { IsAvailable = true },
            Dominators = after.Dominators,
        };
        using StringWriter writer = new();
        HtmlPage.WriteOffline(writer, new PageData
        {
            State = PageWriter.WriteState(facts),
            History = PageWriter.WriteHistory(facts, TimeSpan.Zero),
            Structures = PageWriter.WriteStructures([]),
            Alerts = AlertWriter.Write(facts.Alerts, facts.Dominators),
            Snapshots = new SnapshotList { Snapshots = [SnapshotWriter.WriteSummary("b", after), SnapshotWriter.WriteSummary("a", before)] },
            SnapshotDetails = new Dictionary<string, SnapshotDetail> { ["a"] = SnapshotWriter.WriteDetail("a", before), ["b"] = SnapshotWriter.WriteDetail("b", after) },
            Diff = SnapshotWriter.WriteDiff("a", before, "b", after),
        });
        return writer.ToString();
    }
}
