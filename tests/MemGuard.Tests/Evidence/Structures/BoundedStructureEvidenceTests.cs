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
    public async Task CollectAsync_FullCacheThatEvictsWhatNobodyFinds_IsNamed()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [Cache(evictions: 10, hits: 100_000, misses: 0)];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [Cache(evictions: 5010, hits: 100_123, misses: 4877)];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Equal("cache \"pages\", evicting constantly: 5,000 evicted at a capacity of 100, 2.5 % of the reads found their entry", suspect.Name);
    }

    [Fact]
    public async Task CollectAsync_FullCacheThatEvictsAndServesItsReads_IsHealthy()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [Cache(evictions: 10, hits: 0, misses: 0)];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [Cache(evictions: 50_010, hits: 4_116_667, misses: 50_000)];

        Assert.Empty(await Collect(evidence, EvidencePurpose.Suspect));
    }

    [Fact]
    public async Task CollectAsync_FullCacheWithoutStatistics_IsNotJudged()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [Cache(evictions: 10, hits: null, misses: null)];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [Cache(evictions: 50_010, hits: null, misses: null)];

        Assert.Empty(await Collect(evidence, EvidencePurpose.Suspect));
    }

    [Fact]
    public async Task CollectAsync_FullQueues_NamesTheOneThatLostItems()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        _usage = [Queue("waits", losses: 0, refusals: 0), Queue("drops", losses: 5, refusals: 0)];
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [Queue("waits", losses: 0, refusals: 9000), Queue("drops", losses: 12, refusals: 0)];

        LeakSuspect suspect = Assert.Single(await Collect(evidence, EvidencePurpose.Suspect));

        Assert.Equal("queue \"drops\", full: 7 lost at a capacity of 100", suspect.Name);
    }

    // A weigher may count rows or cents.
    [Fact]
    public async Task CollectAsync_WeighedCacheGrew_IsNotMeasuredInBytesAndSortsByItsItems()
    {
        BoundedStructureEvidence evidence = new(() => _usage);
        await Collect(evidence, EvidencePurpose.Baseline);
        _usage = [new() { Name = "many", Kind = StructureKind.Watched, Count = 5_000_000 }, new() { Name = "rows", Kind = StructureKind.Cache, Count = 400, Capacity = 1000, Weight = 1_000_000_000 }];

        IReadOnlyList<LeakSuspect> suspects = await Collect(evidence, EvidencePurpose.Suspect, growthBytes: 80_000_000);

        Assert.Equal(["watched \"many\", 0 → 5,000,000", "cache \"rows\", 0 → 400, weight 1,000,000,000"], suspects.Select(static suspect => suspect.Name));
        Assert.All(suspects, static suspect => Assert.Equal((null, null), (suspect.RetainedBytes, suspect.GrowthShareRatio)));
    }

    [Fact]
    public async Task CollectAsync_SameStructureInTwoProcesses_HasOneFingerprint()
    {
        _usage = [new() { Name = "large", Kind = StructureKind.Watched, Count = 90_000 }, new() { Name = "other", Kind = StructureKind.Watched, Count = 80_000 }];

        IReadOnlyList<LeakSuspect> here = await Collect(new BoundedStructureEvidence(() => _usage), EvidencePurpose.Suspect);
        IReadOnlyList<LeakSuspect> there = await Collect(new BoundedStructureEvidence(() => _usage), EvidencePurpose.Suspect);

        Assert.Equal(here.Select(static suspect => suspect.Fingerprint), there.Select(static suspect => suspect.Fingerprint));
        Assert.Equal("540c804333b72948", here[0].Fingerprint);
        Assert.NotEqual(here[0].Fingerprint, here[1].Fingerprint);
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

    private static BoundedStructureUsage Cache(long evictions, long? hits, long? misses) =>
        new() { Name = "pages", Kind = StructureKind.Cache, Count = 100, Capacity = 100, TotalEvictions = evictions, TotalHits = hits, TotalMisses = misses };

    private static BoundedStructureUsage Queue(string name, long losses, long refusals) =>
        new() { Name = name, Kind = StructureKind.Queue, Count = 100, Capacity = 100, TotalEvictions = losses, TotalRefusals = refusals };

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
