using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace MemGuard.AspNetCore.Tests.Browser;

/// <summary>Every state of the page in a real browser, as somebody sees it. <c>MEMGUARD_SCREENSHOTS=folder</c> keeps the pictures.</summary>
public sealed class PageStateTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static readonly Dictionary<string, string> Headlines = new()
    {
        ["off"] = "MemGuard is off.",
        ["starting"] = "Watching for 11 s. A first verdict needs about 2 min.",
        ["healthy"] = "No problem. Watched for 15 min.",
        ["suspected"] = "Growing, not yet certain: managed leak suspected 11 min ago. Limit in 66 min (52–84).",
        ["confirmed"] = "Managed leak, confirmed 7 min ago. Limit in 66 min (52–84).",
        ["resolved"] = "Managed leak ended 3 min ago, lasted 8 min.",
        ["unlimited"] = "No problem. Watched for 15 min.",
    };

    public static TheoryData<string, bool, int> Looks
    {
        get
        {
            TheoryData<string, bool, int> looks = [];
            foreach (string state in Shop.States)
            {
                looks.Add(state, false, 1280);
                looks.Add(state, true, 390);
            }

            // The rest of the pictures where somebody wants them.
            foreach (string state in Folder is null ? [] : Shop.States)
            {
                looks.Add(state, true, 1280);
                looks.Add(state, false, 390);
            }

            return looks;
        }
    }

    private static string? Folder => Environment.GetEnvironmentVariable("MEMGUARD_SCREENSHOTS");

    [BrowserTheory]
    [MemberData(nameof(Looks))]
    public async Task State_InABrowser_HasItsWordsAndNothingToComplainAbout(string state, bool isDark, int width)
    {
        await using TestSite site = await StartAsync(state);
        await using WatchedPage watched = await browser.OpenAsync(width, isDark);
        IPage page = watched.Page;

        await page.GotoAsync(new Uri(site.Address, "memguard/").ToString());
        await page.Locator("#alert-list li").First.WaitForAsync();
        if (state is not "off")
        {
            await page.Locator("#chart-allocations canvas").WaitForAsync();
        }

        Assert.Equal(Headlines[state], await page.Locator("#headline").InnerTextAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        AxeResult axe = await page.RunAxe();
        Assert.Empty(axe.Violations.Where(static violation => violation.Impact is "serious" or "critical").Select(static violation => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(static node => node.Html))}"));
        Assert.Empty(watched.Complaints);
        if (Folder is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{state}-{(isDark ? "dark" : "light")}-{width}.png"), FullPage = true });
        }
    }

    internal static Task<TestSite> StartAsync(string state, Action<WebApplication>? map = null) => TestSite.StartAsync(
        Shop.In(state),
        map ?? (static app => app.MapMemGuard(configure: static options => options.AllowSnapshots = true)),
        services: services =>
        {
            if (state is "confirmed" or "suspected" or "resolved")
            {
                TestSite.AddSnapshots(services, new FakeCapture(), ShopSnapshots.At(1), ShopSnapshots.At(3));
            }

            if (state is "off")
            {
                Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<MemGuardOptions>(services, static options => options.Enabled = false);
            }
        });
}
