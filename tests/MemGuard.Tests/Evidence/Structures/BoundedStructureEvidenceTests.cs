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
        _usage = [new() { Name = "users", Kind = StructureKind.Watched, Count = 1000 }, new() { Name = "steady", Kind = StructureKind.Watched, Count = 50_000 }];
        Assert.Empty(await Collect(evidence, EvidencePurpose.Baseline));
        _usage = [new() { Name = "users", Kind = StructureKind.Watched, Count = 9000 }, new() { Name = "steady", Kind = StructureKind.Watched, Count = 50_010 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Equal("watched \"users\", 1,000 → 9,000", suspect.Name);
        Assert.Equal(9000, suspect.Count);
        Assert.Contains("Bound \"users\"", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectAsync_FullCacheThatEvictsConstantly_IsNamed()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new() { Name = "pages", Kind = StructureKind.Cache, Count = 100, Capacity = 100, TotalEvictions = 10 }, new() { Name = "calm", Kind = StructureKind.Cache, Count = 100, Capacity = 100, TotalEvictions = 10 }];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new() { Name = "pages", Kind = StructureKind.Cache, Count = 100, Capacity = 100, TotalEvictions = 5010 }, new() { Name = "calm", Kind = StructureKind.Cache, Count = 100, Capacity = 100, TotalEvictions = 20 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Contains("cache \"pages\", evicting constantly: 5,000 evicted at a capacity of 100", suspect.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectAsync_WeightGrewLikeTheHeap_TellsItsShareAndComesFirst()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new() { Name = "many", Kind = StructureKind.Watched, Count = 5_000_000 }, new() { Name = "blobs", Kind = StructureKind.Cache, Count = 400, Capacity = 1000, Weight = 60_000_000 }];

        IReadOnlyList<LeakSuspect> suspects = await Collect(evidence, EvidencePurpose.Suspect, growthBytes: 80_000_000);

        Assert.Equal(0.75, suspects[0].GrowthShareRatio);
        Assert.Equal(60_000_000, suspects[0].RetainedBytes);
        Assert.Null(suspects[1].GrowthShareRatio);
    }

    [Fact]
    public async Task CollectAsync_NoBaseline_NamesOnlyWhatIsLargeAndUnbounded()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new() { Name = "small", Kind = StructureKind.Watched, Count = 900 }, new() { Name = "large", Kind = StructureKind.Watched, Count = 90_000 }, new() { Name = "bounded", Kind = StructureKind.Queue, Count = 90_000, Capacity = 1_000_000 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Equal("watched \"large\"", suspect.Name);
    }

    [Fact]
    public async Task CollectAsync_StructuresThatShareAName_AreAddedUp()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new() { Name = "sessions", Kind = StructureKind.Event, Count = 80 }, new() { Name = "sessions", Kind = StructureKind.Event, Count = 70 }];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Equal(150, suspect.Count);
        Assert.Equal("handlers", suspect.CountUnit);
    }

    [Fact]
    public async Task CollectAsync_UnmanagedGrowth_SaysNothing()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [new() { Name = "large", Kind = StructureKind.Watched, Count = 90_000 }];

        Assert.Empty(await Collect(evidence, EvidencePurpose.Suspect, MemoryProblem.UnmanagedGrowth));
    }

    private static async Task<IReadOnlyList<LeakSuspect>> Collect(
        BoundedStructureEvidence evidence, EvidencePurpose purpose, MemoryProblem problem = MemoryProblem.ManagedLeak, double growthBytes = 1e9)
    {
        MemoryTrend trend = new()
        {
            Series = MemorySeries.LiveHeap,
            Start = 0,
            End = growthBytes,
            Window = TimeSpan.FromMinutes(10),
            PerHour = 1,
            PerHourLow = 1,
            PerHourHigh = 1,
            Confidence = 1,
        };
        MemoryDiagnosis diagnosis = new() { Problem = problem, Reason = "reason", NextStep = "next", Trends = [trend], BytesPerHour = 1 };
        return (await evidence.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = purpose }, CancellationToken.None)).Suspects;
    }
}
