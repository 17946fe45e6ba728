using MemGuard;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NativeAot;

// Published ahead of time the runtime crashes in a heap walk: what an alert asks for, and a capture by code, must be refused, and the log must say so once.
using LineLog log = new();
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders().AddProvider(log).AddFilter(static (category, _) => category?.StartsWith("MemGuard", StringComparison.Ordinal) == true);
builder.Services.AddMemGuard().AddHeapSnapshots();
using IHost host = builder.Build();
await host.StartAsync();
MemoryDiagnosis leak = new() { Problem = MemoryProblem.ManagedLeak, Reason = "a leak", NextStep = "none" };
List<string?> reasons = [];
foreach (EvidencePurpose purpose in new[] { EvidencePurpose.Baseline, EvidencePurpose.Suspect })
{
    foreach (IEvidenceCollector collector in host.Services.GetServices<IEvidenceCollector>())
    {
        reasons.Add((await collector.CollectAsync(new EvidenceRequest { Diagnosis = leak, Purpose = purpose }, CancellationToken.None)).NoneBecause);
    }
}

HeapSnapshotResult result = await host.Services.GetRequiredService<IHeapSnapshotService>().CaptureAsync("asked for");
await host.StopAsync();
reasons.Add(result.RefusedBecause);
int refused = reasons.Count(static reason => reason?.Contains("ahead of time", StringComparison.Ordinal) == true);
int said = log.Ids.Count(static id => id == 5000);
Console.WriteLine($"{refused} of 3 refused because of Native AOT, said {said} time(s)");
return refused == 3 && said == 1 ? 0 : 1;
