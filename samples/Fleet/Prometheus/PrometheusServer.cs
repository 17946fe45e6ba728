using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fleet.Prometheus;

/// <summary>A real Prometheus on loopback that scrapes the fleet and evaluates the rules.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;

    private PrometheusServer(Process process, DirectoryInfo folder, Uri address)
    {
        (_process, _folder) = (process, folder);
        _client = new HttpClient { BaseAddress = address };
    }

    public Uri Address => _client.BaseAddress!;

    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);

    public static async Task<PrometheusServer> StartAsync(string program, IReadOnlyList<ScrapeTarget> targets, int speed, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fleet-");
        string rules = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "memguard.rules.yml"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yml"), FasterRules.Of(rules, speed), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "prometheus.yml"), Configure(targets, UsualInterval / speed), cancellationToken);
        Uri address = new($"http://127.0.0.1:{FreePort()}/");
        ProcessStartInfo start = new(
            program,
            [$"--config.file={Path.Combine(folder.FullName, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}", $"--web.listen-address={address.Authority}", "--log.level=error"]);
        PrometheusServer server = new(Process.Start(start)!, folder, address);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<FiringAlert>> ReadFiringAsync(CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await _client.GetStringAsync(new Uri("api/v1/alerts", UriKind.Relative), cancellationToken);
        }
        catch (HttpRequestException)
        {
            // Ctrl-C reaches it as well, and it may be gone before this program has heard of it.
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
            throw new InvalidOperationException($"Prometheus has ended, with exit code {_process.ExitCode}.");
        }

        using JsonDocument document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray().Where(static alert => alert.GetProperty("state").GetString() == "firing").Select(Read)];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A port of the loopback address that was free a moment ago.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Configure(IReadOnlyList<ScrapeTarget> targets, TimeSpan interval)
    {
        string spelled = FasterRules.Spell(interval);
        StringBuilder text = new($"""
            global:
              scrape_interval: {spelled}
              scrape_timeout: {spelled}
              evaluation_interval: {spelled}
            rule_files: [rules.yml]
            scrape_configs:

            """);
        foreach (IGrouping<string, ScrapeTarget> job in targets.GroupBy(static target => target.Job))
        {
            text.Append("  - job_name: ").Append(job.Key).Append("\n    static_configs:\n");
            foreach (ScrapeTarget target in job)
            {
                text.Append(
                    $$"""
                          - targets: ["{{target.Endpoint.Authority}}"]
                            labels: { instance: "{{target.Instance}}", __metrics_path__: "{{target.Endpoint.AbsolutePath}}" }

                    """);
            }
        }

        return text.ToString();
    }

    private static FiringAlert Read(JsonElement alert)
    {
        JsonElement labels = alert.GetProperty("labels");
        string Label(string name) => labels.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
        string subject = Label("instance") is { Length: > 0 } instance ? instance : Label("app_version");
        return new FiringAlert(Label("alertname"), Label("job"), subject, alert.GetProperty("annotations").GetProperty("summary").GetString()!);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await _client.GetAsync(new Uri("-/ready", UriKind.Relative), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (_process.HasExited)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new InvalidOperationException($"Prometheus ended with exit code {_process.ExitCode} while it started; what it wrote stands above. The rules need version 2.42 or later, for keep_firing_for.");
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }
}
