using MemGuard.AspNetCore.Routes;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.AspNetCore.Tests.Routes;

public sealed class RouteEvidenceTests
{
    private readonly RouteTable _table = new(1, TimeProvider.System);

    [Fact]
    public async Task Collect_NoSuspicionBefore_ComparesWithTheStart()
    {
        _table.Add("GET /orders", 300, _table.Now);
        _table.Add("GET /users", 100, _table.Now);

        EvidenceResult result = await CollectAsync(new RouteEvidence(_table), EvidencePurpose.Suspect);

        Assert.Equal(["75 % of the allocations of requests since the start: GET /orders."], result.Notes);
    }

    [Fact]
    public async Task Collect_RouteThatAllocatedBeforeTheSuspicionOnly_IsNotNamed()
    {
        RouteEvidence evidence = new(_table);
        _table.Add("GET /orders", 1_000_000, _table.Now);
        await CollectAsync(evidence, EvidencePurpose.Baseline);
        _table.Add("GET /users", 100, _table.Now);

        EvidenceResult result = await CollectAsync(evidence, EvidencePurpose.Suspect);

        Assert.Equal(["100 % of the allocations of requests since the suspicion: GET /users."], result.Notes);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Collect_EvenShares_AreNamedFromAFifthOn(int routes, bool isNamed)
    {
        for (int i = 0; i < routes; i++)
        {
            _table.Add($"GET /{i}", 100, _table.Now);
        }

        Assert.Equal(isNamed, (await CollectAsync(new RouteEvidence(_table), EvidencePurpose.Suspect)).Notes.Count == 1);
    }

    [Fact]
    public async Task Collect_NothingMeasuredSince_SaysNothing()
    {
        RouteEvidence evidence = new(_table);
        Assert.Empty((await CollectAsync(evidence, EvidencePurpose.Suspect)).Notes);
        _table.Add("GET /orders", 100, _table.Now);
        await CollectAsync(evidence, EvidencePurpose.Baseline);

        Assert.Empty((await CollectAsync(evidence, EvidencePurpose.Suspect)).Notes);
    }

    [Theory]
    [InlineData(MemoryProblem.ManagedLeak, true)]
    [InlineData(MemoryProblem.GCThrash, true)]
    [InlineData(MemoryProblem.UnmanagedGrowth, false)]
    [InlineData(MemoryProblem.HeapFragmentation, false)]
    public async Task Collect_ProblemOutsideTheHeap_IsNoneOfManagedAllocations(MemoryProblem problem, bool isNamed)
    {
        _table.Add("GET /orders", 100, _table.Now);

        Assert.Equal(isNamed, (await CollectAsync(new RouteEvidence(_table), EvidencePurpose.Suspect, problem)).Notes.Count == 1);
    }

    private static async Task<EvidenceResult> CollectAsync(RouteEvidence evidence, EvidencePurpose purpose, MemoryProblem problem = MemoryProblem.ManagedLeak) =>
        await evidence.CollectAsync(
            new EvidenceRequest { Purpose = purpose, Diagnosis = new MemoryDiagnosis { Problem = problem, Reason = "growing", NextStep = "look" } },
            CancellationToken.None);
}
