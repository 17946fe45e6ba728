using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Names what is allocated, and where, when the process spends its time collecting.</summary>
internal sealed class AllocationEvidence(IAllocationProfiler profiler, HeapSnapshotOptions options) : IEvidenceCollector
{
    private const double MinimumShare = 0.1;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public async ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        if (request.Purpose != EvidencePurpose.Suspect || request.Diagnosis.Problem != MemoryProblem.GCThrash)
        {
            return EvidenceResult.Empty;
        }

        if (!options.ProfileOnAlert)
        {
            return EvidenceResult.None("allocation profiles on alerts are off (ProfileOnAlert)");
        }

        AllocationProfileResult result = await profiler.ProfileAsync(Duration, cancellationToken).ConfigureAwait(false);
        return result.Profile is not { } profile ? EvidenceResult.None("no allocation profile: " + result.RefusedBecause)
            : profile.SampleCount < AllocationProfile.ReliableSamples ? EvidenceResult.None("the allocation profile has too few samples to tell what allocates")
            : new EvidenceResult { Suspects = [.. FindSuspects(profile)], Notes = [profile.ToString()] };
    }

    private static IEnumerable<LeakSuspect> FindSuspects(AllocationProfile profile)
    {
        if (profile.Methods is [var method, ..] && method.ShareRatio >= MinimumShare)
        {
            string name = AllocationText.Shorten(method.Name);
            AllocatedType? type = profile.Types.FirstOrDefault(type => type.TopMethod == method.Name);
            yield return new LeakSuspect($"{name} allocates {AllocationText.Percent(method.ShareRatio, method.MarginRatio)} of {ByteText.Of((long)profile.BytesPerSecond)}/s{(type is null ? "" : $", mostly {type.Name}")}")
            {
                NextStep = $"Let {name} allocate less: reuse buffers, avoid copies, stream instead of collecting; or give the heap more headroom",
            };
        }
    }
}
