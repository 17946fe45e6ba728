using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace MemGuard.AspNetCore.Tests.Browser;

/// <summary>Every state of the page in a real browser, as somebody sees it. <c>MEMGUARD_SCREENSHOTS=folder</c> keeps the pictures and the times of the first paint.</summary>
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
            foreach ((int i, string state) in Shop.States.Index())
            {
                looks.Add(state, i % 2 == 1, i % 2 == 1 ? 390 : 1280);
            }

            // The rest of the pictures where somebody wants them.
            foreach ((int i, string state) in Folder is null ? [] : Shop.States.Index())
            {
                looks.Add(state, i % 2 == 0, i % 2 == 1 ? 390 : 1280);
                looks.Add(state, true, i % 2 == 1 ? 1280 : 390);
                looks.Add(state, false, i % 2 == 1 ? 1280 : 390);
            }

            return looks;
        }
    }

    // Listed as long as they live.
    private static readonly IReadOnlyList<IDisposable> Structures = CreateStructures();

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
        Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('section *')].filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible').map((one) => one.outerHTML.slice(0, 200))"));
        Assert.Empty(watched.Complaints);
        if (Folder is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{state}-{(isDark ? "dark" : "light")}-{width}.png"), FullPage = true });
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"top-{state}-{(isDark ? "dark" : "light")}-{width}.png") });
            double firstPaint = await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
            await File.AppendAllTextAsync(Path.Combine(folder, "first-paint.txt"), $"{state}, {width} pixels: {firstPaint:0} ms\n");
        }
    }

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Confirmed_WithAllOpened_IsAccessibleAndNamesWhatHasGrown(bool isDark, int width)
    {
        await using TestSite site = await StartAsync("confirmed");
        await using WatchedPage watched = await browser.OpenAsync(width, isDark);
        IPage page = watched.Page;

        await page.GotoAsync(new Uri(site.Address, "memguard/").ToString());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show what has grown" }).ClickAsync();
        await page.GetByText("Live bytes 41 MB → 61 MB: +20 MB").WaitForAsync();
        await page.Locator("#verdict summary").First.ClickAsync();
        await page.GetByText("Show as table").First.ClickAsync();
        AxeResult axe = await page.RunAxe();

        Assert.Empty(axe.Violations.Where(static violation => violation.Impact is "serious" or "critical").Select(static violation => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(static node => node.Html))}"));
        Assert.Empty(watched.Complaints);
        if (Folder is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"grown-{(isDark ? "dark" : "light")}-{width}.png"), FullPage = true });
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new System.Text.RegularExpressions.Regex("Show the snapshot") }).First.ClickAsync();
            await page.Locator(".icicle").WaitForAsync();
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"snapshot-{(isDark ? "dark" : "light")}-{width}.png"), FullPage = true });
        }
    }

    [BrowserFact]
    public async Task Confirmed_ByKeyboardAlone_OpensHowItIsHeld()
    {
        await using TestSite site = await StartAsync("confirmed");
        await using WatchedPage watched = await browser.OpenAsync();
        IPage page = watched.Page;

        await page.GotoAsync(new Uri(site.Address, "memguard/").ToString());
        await page.Locator("html.scripted #copy button").WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        Assert.True(await page.Locator("#suspects li ol").IsVisibleAsync());
    }

    [BrowserFact]
    public async Task NewSample_WhileThePageIsOpen_MovesItWithoutAReload()
    {
        await using TestSite site = await StartAsync("healthy");
        await using WatchedPage watched = await browser.OpenAsync();
        IPage page = watched.Page;
        await page.GotoAsync(new Uri(site.Address, "memguard/").ToString());
        await page.Locator("#chart-live canvas").WaitForAsync();

        FakeMonitor confirmed = Shop.In("confirmed");
        FakeMonitor monitor = (FakeMonitor)site.App.Services.GetRequiredService<IMemoryMonitor>();
        (monitor.Diagnosis, monitor.Alerts) = (confirmed.Diagnosis, confirmed.Alerts);
        monitor.History = Shop.Samples(901, 200_000, 1024);

        await page.Locator("html[data-stage=confirmed] #alert-list .confirmed").First.WaitForAsync();
        Assert.Equal("● managed leak – shop", await page.TitleAsync());
        Assert.Empty(watched.Complaints);
    }

    internal static Task<TestSite> StartAsync(string state, Action<WebApplication>? map = null) => TestSite.StartAsync(
        Shop.In(state),
        map ?? (static app => app.MapMemGuard(configure: static options => options.AllowSnapshots = true)),
        services: services =>
        {
            GC.KeepAlive(Structures);
            if (state is "confirmed" or "suspected" or "resolved")
            {
                TestSite.AddSnapshots(services, new FakeCapture(), ShopSnapshots.At(1), ShopSnapshots.At(3));
            }

            if (state is "off")
            {
                services.Configure<MemGuardOptions>(static options => options.Enabled = false);
            }
        });

    private static List<IDisposable> CreateStructures()
    {
        BoundedCache<int, string> users = new(new BoundedCacheOptions<int, string> { Name = "users", Capacity = 1000 });
        BoundedCache<int, string> pages = new(new BoundedCacheOptions<int, string> { Name = "pages <b>of</b> tenants", Capacity = 500 });
        BoundedQueue<int> orders = new(new BoundedQueueOptions<int> { Name = "orders", Capacity = 64 });
        for (int i = 0; i < 1000; i++)
        {
            users.Set(i % 970, "u");
            _ = users.TryGetValue(i, out _);
            pages.Set(i % 120, "p");
            orders.TryEnqueue(i % 20);
        }

        return [users, pages, orders];
    }
}
