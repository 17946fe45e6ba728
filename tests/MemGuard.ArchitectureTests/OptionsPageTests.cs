using System.Xml.Linq;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Bounded;
using MemGuard.Caching;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.Lifetimes;

namespace MemGuard.ArchitectureTests;

/// <summary>docs/options.md says of every option what its XML documentation says.</summary>
public sealed class OptionsPageTests
{
    private static readonly (string Heading, Type Type)[] All =
    [
        ("AddMemGuard: MemGuardOptions", typeof(MemGuardOptions)),
        ("Thresholds: MemoryThresholds", typeof(MemoryThresholds)),
        ("Probe: MemoryProbeOptions", typeof(MemoryProbeOptions)),
        ("AddHeapSnapshots: HeapSnapshotOptions", typeof(HeapSnapshotOptions)),
        ("BoundedCache: BoundedCacheOptions", typeof(BoundedCacheOptions)),
        ("BoundedCache: what configuration cannot set", typeof(BoundedCacheOptions<,>)),
        ("BoundedQueue: BoundedQueueOptions", typeof(BoundedQueueOptions)),
        ("BoundedQueue: what configuration cannot set", typeof(BoundedQueueOptions<>)),
        ("BoundedPipeWriter: BoundedPipeWriterOptions", typeof(BoundedPipeWriterOptions)),
        ("Batch: BatchOptions", typeof(BatchOptions<>)),
        ("InFlightTasks: InFlightTasksOptions", typeof(InFlightTasksOptions)),
        ("GuardedEvent: GuardedEventOptions", typeof(GuardedEventOptions)),
        ("AddBoundedMemoryCache: BoundedMemoryCacheOptions", typeof(BoundedMemoryCacheOptions)),
    ];

    [Fact]
    public void OptionsPage_IsWhatTheDocumentationOfTheCodeSays()
    {
        string path = Repository.PathOf("docs", "options.md");
        string written = Write();
        if (Environment.GetEnvironmentVariable("MEMGUARD_APPROVE") == "1")
        {
            File.WriteAllText(path, written);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "", written);
    }

    [Fact]
    public void OptionsPage_EveryOption_HasItsTextAndItsDefault()
    {
        string[] rows = [.. Write().Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.True(rows.Length > 60);
        Assert.DoesNotContain(rows, static row => row.Split(" | ")[1].Trim().Length == 0);
    }

    private static string Write() =>
        new OptionsPage(Directory.EnumerateFiles(AppContext.BaseDirectory, "MemGuard*.xml").Select(static file => XDocument.Load(file))).Write(All).ReplaceLineEndings("\n");
}
