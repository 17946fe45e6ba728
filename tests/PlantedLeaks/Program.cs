using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using PlantedLeaks;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMemoryCache();
builder.Services.AddSingleton<OrderService>().AddSingleton<PriceFeed>().AddSingleton<Mailer>().AddSingleton<ShutdownSource>().AddSingleton<ReportCache>();
builder.WebHost.UseUrls("http://127.0.0.1:0");
WebApplication app = builder.Build();
app.MapGet("/", static () => "leaky");
await app.StartAsync();
PlantedLeak leak = Catalogue.All.Single(leak => leak.Name == args[0]);
for (int i = 0; i < 20; i++)
{
    leak.Grow(app.Services);
}

EventPipeCapture capture = new();
System.Reflection.Assembly[] assemblies = AppDomain.CurrentDomain.GetAssemblies();
using CapturedHeap heap = capture.Capture(1 << 30, default);
using AnalysedHeap analysed = AnalysedHeap.Build(heap, assemblies);
Console.WriteLine(heap.IncompleteBecause ?? "complete");
long total = analysed.Paths.Entries[0].RetainedBytes;
void Print(int entry, int depth)
{
    PathEntry e = analysed.Paths.Entries[entry];
    if (e.RetainedBytes < total / 20 || depth > 14)
    {
        return;
    }

    Console.WriteLine($"{new string(' ', 2 * depth)}{analysed.NameOf(e.Type)} x{e.Count} retained {e.RetainedBytes >> 10} KB");
    foreach (int child in Enumerable.Range(0, analysed.Paths.Entries.Count).Where(i => analysed.Paths.Entries[i].Parent == entry).OrderByDescending(i => analysed.Paths.Entries[i].RetainedBytes))
    {
        Print(child, depth + 1);
    }

    if (depth > 0 && e.TopCount <= 2)
    {
        uint node = analysed.Tree.Nodes[e.Largest];
        Console.WriteLine($"{new string(' ', 2 * depth)}  chain: " + string.Join(" / ", analysed.Retainers.GetPath(node).Select(n => analysed.NameOf(analysed.Graph.TypeIndexes[n]))));
    }
}

Print(0, 0);
Console.WriteLine($"statics {analysed.Statics.Count}, certain {analysed.Statics.Count(s => s.IsCertain)}, none {analysed.Statics.Count(s => s.Candidates.Count == 0)}");
foreach (StaticOwner s in analysed.Statics.Where(s => !s.IsCertain))
{
    Console.WriteLine("  " + s.Name + " [" + s.FieldName + "]");
}
