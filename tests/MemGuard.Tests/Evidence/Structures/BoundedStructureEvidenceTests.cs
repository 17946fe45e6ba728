using MemGuard.Bounded;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Evidence;

public sealed class BoundedStructureEvidenceTests
{
    private IReadOnlyList<BoundedStructureUsage> _usage = [];

    [Fact]
    public async Task CollectAsync_UnboundedCollectionGrewSinceTheBaseline_IsNamedWithItsGrowth()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new("users", "watched", 1000), new("steady", "watched", 50_000)];
        Assert.Empty(await Collect(evidence, EvidencePurpose.Baseline));
        _usage = [new("users", "watched", 9000), new("steady", "watched", 50_010)];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Culprit));

        Assert.Equal("watched \"users\", 1,000 → 9,000", suspect.Name);
        Assert.Equal(9000, suspect.Count);
        Assert.Contains("Bound \"users\"", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectAsync_FullAndChurningCache_IsNamed()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new("pages", "cache", 100) { Capacity = 100, TotalEvictions = 10 }, new("calm", "cache", 100) { Capacity = 100, TotalEvictions = 10 }];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new("pages", "cache", 100) { Capacity = 100, TotalEvictions = 5010 }, new("calm", "cache", 100) { Capacity = 100, TotalEvictions = 20 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Culprit));

        Assert.Contains("cache \"pages\", full and churning: 5,000 evicted", suspect.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectAsync_WeightGrewLikeTheHeap_TellsItsShareAndComesFirst()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new("many", "watched", 5_000_000), new("blobs", "cache", 400) { Capacity = 1000, Weight = 60_000_000 }];

        IReadOnlyList<LeakSuspect> suspects = await Collect(evidence, EvidencePurpose.Culprit, growthBytes: 80_000_000);

        Assert.Equal(0.75, suspects[0].GrowthShareRatio);
        Assert.Equal(60_000_000, suspects[0].RetainedBytes);
        Assert.Null(suspects[1].GrowthShareRatio);
    }

    [Fact]
    public async Task CollectAsync_NoBaseline_NamesOnlyWhatIsLargeAndUnbounded()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new("small", "watched", 900), new("large", "watched", 90_000), new("bounded", "queue", 90_000) { Capacity = 1_000_000 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Culprit));

        Assert.Equal("watched \"large\"", suspect.Name);
    }

    [Fact]
    public async Task CollectAsync_StructuresThatShareAName_AreAddedUp()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new("sessions", "event", 80), new("sessions", "event", 70)];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Culprit));

        Assert.Equal(150, suspect.Count);
        Assert.Equal("handlers", suspect.CountUnit);
    }

    [Fact]
    public async Task CollectAsync_UnmanagedGrowth_SaysNothing()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new("large", "watched", 90_000)];

        Assert.Empty(await Collect(evidence, EvidencePurpose.Culprit, MemoryProblem.UnmanagedGrowth));
    }

    private static async Task<IReadOnlyList<LeakSuspect>> Collect(
        BoundedStructureEvidence evidence, EvidencePurpose purpose, MemoryProblem problem = MemoryProblem.ManagedLeak, double growthBytes = 1e9)
    {
        MemoryTrend trend = new(MemorySeries.LiveHeap, 0, growthBytes, TimeSpan.FromMinutes(10), 1, 1, 1, 1);
        MemoryDiagnosis diagnosis = new(problem, "reason", "next", default(MemorySample), [trend]) { BytesPerHour = 1 };
        return await evidence.CollectAsync(new EvidenceRequest(diagnosis, purpose), CancellationToken.None);
    }
}
