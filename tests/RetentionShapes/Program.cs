using System.Globalization;
using MemGuard;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Triage;
using Microsoft.EntityFrameworkCore;
using RetentionShapes;

// An ASP.NET Core application that holds memory in every shape of the catalogue, one after the other: twenty items, a snapshot, thousands of items, a
// second one compared with the first. What an alert would say is compared with what is right. Exit code 0: all named right.
string directory = Directory.CreateTempSubdirectory("retention-shapes-").FullName;
WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
Catalogue.Register(builder.Services);
builder.Services.AddMemGuard().AddHeapSnapshots(options =>
{
    options.Directory = directory;
    options.MinimumInterval = TimeSpan.Zero;
    options.MaxPerDay = 1000;
    options.MaxPause = TimeSpan.FromMinutes(1);
});
await using WebApplication app = builder.Build();
app.MapGet("/", static () => "shapes");
app.MapHub<PriceHub>(PriceHub.Path);
app.UseMiddleware<AuditMiddleware>();
CartApi.UseVisits(app);
CartApi.Map(app);
await app.StartAsync();
Requests.Address = new Uri(app.Urls.First());
List<Wine> cellar = [];
app.Services.GetRequiredService<MainVariable>().Hand(cellar);

IEvidenceCollector collector = app.Services.GetServices<IEvidenceCollector>().Single(static collector => collector.GetType().Name == "HeapSnapshotEvidence");
int right = 0;
Shape[] shapes = [.. Catalogue.All.Where(shape => args is ["all"] or [] || args.Contains(shape.Name))];
foreach (Shape shape in shapes)
{
    MemoryDiagnosis diagnosis = new() { Problem = shape.Problem, Reason = "planted", NextStep = "none" };
    shape.Plant(app.Services, 20);
    await collector.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = EvidencePurpose.Baseline }, CancellationToken.None);
    shape.Plant(app.Services, shape.Count);
    EvidenceResult evidence = await collector.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = EvidencePurpose.Suspect }, CancellationToken.None);
    string? complaint = Judge(shape, evidence);
    right += complaint is null ? 1 : 0;
    Console.WriteLine($"{shape.Name,-24} {complaint ?? "right"}");
    foreach (LeakSuspect suspect in evidence.Suspects)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {suspect.GrowthShareRatio:P0} {suspect.RetainedBytes >> 10:N0} KB, {suspect.Count:N0} {suspect.CountUnit}, {suspect.HolderKind}: {suspect.Name}\n        next: {suspect.NextStep}"));
    }

    foreach (string note in evidence.Notes)
    {
        Console.WriteLine("    note: " + note);
    }
}

Console.WriteLine($"{right} of {shapes.Length} shapes named right");
await app.StopAsync();
GC.KeepAlive(cellar);
Directory.Delete(directory, recursive: true);
return right == shapes.Length ? 0 : 1;

static string? Judge(Shape shape, EvidenceResult evidence)
{
    if (evidence.Suspects is not [{ } first, ..])
    {
        return "NO SUSPECT: " + evidence.NoneBecause;
    }

    string? missing = shape.Right.FirstOrDefault(text => !text.Split('|').Any(one => first.Name.Contains(one, StringComparison.Ordinal)));
    string? wrong = shape.Wrong.FirstOrDefault(text => first.Name.Contains(text, StringComparison.Ordinal));
    return missing is not null ? $"WRONG: nothing of '{missing}'"
        : wrong is not null ? $"WRONG: '{wrong}' has nothing to do with it"
        : shape.Next is { } next && first.NextStep?.Contains(next, StringComparison.Ordinal) != true ? $"WRONG: the next step is not '{next}'"
        : null;
}
