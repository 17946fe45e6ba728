using System.Text.Json;
using MemGuard;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.Sampling;
using MemGuard.Triage;
using PlantedLeaks;

// An ASP.NET Core application with one leak: plants it, asks for the evidence that an alert would ask for, compares it with the truth.
// With "all" it does so for every leak in one process, one after the other. With "round-trips" each is the subject of a test of its own. Exit code 0: all
// named right.
string directory = Directory.CreateTempSubdirectory("planted-leaks-").FullName;
WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddMemoryCache();
builder.Services.AddSingleton<OrderService>().AddSingleton<PriceFeed>().AddSingleton<Mailer>().AddSingleton<ShutdownSource>().AddSingleton<ReportCache>();
builder.Services.AddMemGuard().AddHeapSnapshots(options =>
{
    options.Directory = directory;
    options.MinimumInterval = TimeSpan.Zero;
    options.MaxPerDay = 1000;
    options.MaxPause = TimeSpan.FromMinutes(1);
});
await using WebApplication app = builder.Build();
app.MapGet("/", static (OrderService orders, Mailer mailer) => orders is null || mailer is null ? "" : "leaky");
await app.StartAsync();
using HttpClient client = new();
await client.GetStringAsync(new Uri(app.Urls.First()));

Dictionary<string, Truth> truths = JsonSerializer.Deserialize<Dictionary<string, Truth>>(
    await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "truth.json")), JsonSerializerOptions.Web)!;
if (args is ["round-trips", .. string[] names])
{
    int missed = await RoundTrips.RunAsync([.. Catalogue.All.Where(leak => names.Length == 0 || names.Contains(leak.Name))], truths, app.Services);
    await app.StopAsync();
    Directory.Delete(directory, recursive: true);
    return missed == 0 ? 0 : 1;
}

IEvidenceCollector collector = app.Services.GetServices<IEvidenceCollector>().Single(static collector => collector.GetType().Name == "HeapSnapshotEvidence");
MemoryDiagnosis diagnosis = new() { Problem = MemoryProblem.ManagedLeak, Reason = "planted", NextStep = "none" };
int typesRight = 0;
int ownersRight = 0;
int wrong = 0;
PlantedLeak[] planted = [.. Catalogue.All.Where(leak => args is ["all"] or [] || args.Contains(leak.Name))];
foreach (PlantedLeak leak in planted)
{
    leak.Grow(app.Services);
    await collector.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = EvidencePurpose.Baseline }, CancellationToken.None);
    for (int i = 0; i < 10; i++)
    {
        leak.Grow(app.Services);
    }

    EvidenceResult evidence = await collector.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = EvidencePurpose.Suspect }, CancellationToken.None);
    // Judged on the line that an operator reads, composed by the product: its first suspect, up to the figures.
    string line = new AlertRequest(AlertStage.Confirmed, MemoryProblem.ManagedLeak, diagnosis, TimeSpan.Zero).ToAlert(evidence).Message;
    string name = FirstSuspect(line);
    bool isTypeRight = name.Contains(truths[leak.Name].Type, StringComparison.Ordinal);
    bool isOwnerRight = name.Contains(truths[leak.Name].Owner, StringComparison.Ordinal);
    bool isWrong = !isOwnerRight && name.Contains('.', StringComparison.Ordinal) && !name.Contains("one of", StringComparison.Ordinal);
    typesRight += isTypeRight ? 1 : 0;
    ownersRight += isOwnerRight ? 1 : 0;
    wrong += isWrong ? 1 : 0;
    Console.WriteLine($"{leak.Name,-27} type {(isTypeRight ? "right" : "WRONG")}, owner {(isOwnerRight ? "right" : "missing")}: "
        + line);
}

Console.WriteLine($"{planted.Length} leaks: {typesRight} with the dominating type, {ownersRight} with owner and field, {wrong} wrong names");
double namedShare = 1;
if (planted.Length == Catalogue.All.Count)
{
    SnapshotData snapshot = CaptureData();
    namedShare = (double)snapshot.NamedStaticCount / snapshot.StaticCount;
    Console.WriteLine($"{snapshot.NamedStaticCount} of {snapshot.StaticCount} statics of this ASP.NET Core application named by class and field: {namedShare:P1} (accepted: 95 %)");
}

await app.StopAsync();
Directory.Delete(directory, recursive: true);
return typesRight == planted.Length && wrong == 0 && namedShare >= 0.95 ? 0 : 1;

static SnapshotData CaptureData()
{
    using CapturedHeap heap = new EventPipeCapture().Capture(64 << 20, null, CancellationToken.None);
    return SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);
}

static string FirstSuspect(string line)
{
    const string Label = "Suspect: ";
    int start = line.IndexOf(Label, StringComparison.Ordinal);
    if (start < 0)
    {
        return "";
    }

    string rest = line[(start + Label.Length)..];
    int end = rest.IndexOfAny([';']);
    int next = rest.IndexOf(" Next: ", StringComparison.Ordinal);
    return rest[..(end < 0 ? next : Math.Min(end, next))];
}
