using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.HeapSnapshots;
using Microsoft.Playwright;

namespace MemGuard.AspNetCore.Tests.Browser;

/// <summary>An exported snapshot in the Memory panel of Chrome's own developer tools.</summary>
public sealed class DevToolsTests
{
    // The rows of the panel's table lie in the shadow of several elements.
    private const string ReadRows = """
        () => {
          const rows = [];
          const walk = (node) => {
            if (node.shadowRoot) walk(node.shadowRoot);
            if (node.matches?.('tr')) rows.push([...node.querySelectorAll('td')].map((cell) => cell.textContent.trim()).join(' | '));
            for (const child of node.children ?? []) walk(child);
          };
          walk(document.documentElement);
          return rows;
        }
        """;

    [BrowserFact]
    public async Task Export_InTheMemoryPanel_HasTheSameRetainedSizes()
    {
        string folder = Directory.CreateTempSubdirectory("memguard-devtools-").FullName;
        string path = Path.Combine(folder, "shop.heapsnapshot");
        using HeapSnapshot snapshot = new(ShopSnapshots.At(3));
        await using (FileStream file = File.Create(path))
        {
            snapshot.Export(file, HeapExportFormat.DevTools);
        }

        int port = FindFreePort();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserFixture.Executable,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", $"--remote-debugging-port={port}", "--remote-allow-origins=*"],
        });
        await using IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1600, Height = 900 } });
        await context.NewPageAsync();
        string inspected = await FindPageAsync(port);
        IPage tools = await context.NewPageAsync();

        await tools.GotoAsync($"http://127.0.0.1:{port}/devtools/inspector.html?ws=127.0.0.1:{port}/devtools/page/{inspected}&panel=heap-profiler");
        IFileChooser chooser = await tools.RunAndWaitForFileChooserAsync(() => tools.Locator("devtools-button[aria-label^='Load profile']").ClickAsync());
        await chooser.SetFilesAsync(path);

        // Its size stands there when it has been read.
        await tools.Locator("li.heap-snapshot-sidebar-tree-item", new PageLocatorOptions { HasTextRegex = new Regex(@"\([\d.,]+.[kM]B\)") }).ClickAsync();
        await tools.Locator("tr", new PageLocatorOptions { HasText = "User ×" }).First.WaitForAsync();
        string[] rows = await tools.EvaluateAsync<string[]>(ReadRows);

        Assert.Contains(Kilobytes(snapshot.TotalBytes), Assert.Single(rows, static row => row.StartsWith("(synthetic)", StringComparison.Ordinal)), StringComparison.Ordinal);
        foreach (HeapTypeUsage type in snapshot.Types.Where(static type => type.TypeName is "User" or "byte[]"))
        {
            string row = Assert.Single(rows, row => row.StartsWith(type.TypeName, StringComparison.Ordinal));
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"× {type.Count:N0}"), row, StringComparison.Ordinal);
            Assert.Contains(Kilobytes(type.TotalBytes), row, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Kilobytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:N0}\u00a0kB");

    private static int FindFreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> FindPageAsync(int port)
    {
        using HttpClient client = new();
        using JsonDocument targets = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list")));
        return targets.RootElement.EnumerateArray().First(static target => target.GetProperty("url").GetString() == "about:blank").GetProperty("id").GetString()!;
    }
}
