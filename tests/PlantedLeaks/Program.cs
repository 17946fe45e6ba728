using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots;
using PlantedLeaks;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddMemoryCache();
builder.Services.AddSingleton<OrderService>().AddSingleton<PriceFeed>().AddSingleton<Mailer>().AddSingleton<ShutdownSource>().AddSingleton<ReportCache>();
builder.WebHost.UseUrls("http://127.0.0.1:0");
WebApplication app = builder.Build();
app.MapGet("/", static () => "leaky");
await app.StartAsync();
EventPipeCapture capture = new();
System.Reflection.Assembly[] assemblies = AppDomain.CurrentDomain.GetAssemblies();
Dictionary<Type, string> singletons = new() { [typeof(OrderService)] = "OrderService", [typeof(Microsoft.Extensions.Caching.Memory.MemoryCache)] = "IMemoryCache" };
if (args is ["layout"])
{
    using CapturedHeap h = capture.Capture(1 << 30, default);
    HeapTypeTable types = new(h.Types, assemblies);
    var owners = StaticNames.Resolve(h.Statics, types);
    StaticLayout layout = new();
    var byClass = h.Statics.Zip(owners).Where(p => p.Second.IsCertain).GroupBy(p => p.Second.Candidates[0].DeclaringType!);
    int good = 0, bad = 0;
    foreach (var g in byClass)
    {
        var list = g.OrderBy(p => p.First.Slot).ToList();
        var fields = layout.Of(g.Key).ToList();
        for (int i = 1; i < list.Count; i++)
        {
            long d = (long)(list[i].First.Slot - list[i - 1].First.Slot) / 8;
            int pd = fields.IndexOf(list[i].Second.Candidates[0]) - fields.IndexOf(list[i - 1].Second.Candidates[0]);
            if (d == pd) { good++; }
            else
            {
                bad++;
                if (bad < 15) { Console.WriteLine($"{g.Key}: {list[i - 1].Second.FieldName} {list[i - 1].Second.Candidates[0].FieldType.IsValueType} -> {list[i].Second.FieldName} {list[i].Second.Candidates[0].FieldType.IsValueType} slots {d} predicted {pd} of {fields.Count}"); }
            }
        }
    }

    Console.WriteLine($"layout good {good} bad {bad}");
    return;
}

foreach (PlantedLeak leak in Catalogue.All.Where(l => args.Length == 0 || args[0] == l.Name))
{
    Console.WriteLine("== " + leak.Name);
    leak.Grow(app.Services);
    using CapturedHeap heap = capture.Capture(1 << 30, default);
    SnapshotData before = SnapshotBuilder.Build(heap, assemblies, singletons, null);
    for (int i = 0; i < 10; i++)
    {
        leak.Grow(app.Services);
    }

    using CapturedHeap heap2 = capture.Capture(1 << 30, default);
    SnapshotData after = SnapshotBuilder.Build(heap2, assemblies, singletons, before);
    HeapSnapshotDiff diff = new HeapSnapshot(after).DiffFrom(new HeapSnapshot(before));
    foreach (HeapGrowth growth in diff.Growth.Take(3))
    {
        Console.WriteLine($"{growth.ShareRatio:P0} {growth.GrowthBytes >> 10} KB {growth.Place.Count} {growth.Place.CountUnit}: {growth.Place.Name} | {growth.Place.Owner} | {growth.Place.NextStep} | {growth.Place.Fingerprint} {growth.GrewInEveryInterval}");
    }

    if (args.Length > 0)
    {
        new HeapSnapshot(after).WriteReport(Console.Out, HeapReportFormat.Text, diff);
    }
    Console.WriteLine($"analysis {after.AnalysisTime.TotalMilliseconds:F0} ms, statics {after.NamedStaticCount}/{after.StaticCount}");
}
