using System.Globalization;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.AspNetCore.Routes;

/// <summary>Says which route most of the allocations came from between the suspicion and its confirmation. A note, no suspect: who allocates need not be who keeps.</summary>
internal sealed class RouteEvidence(RouteTable table) : IEvidenceCollector
{
    private const double SmallestShare = 0.2;

    // As of the suspicion; replaced by each new one.
    private volatile IReadOnlyDictionary<string, long>? _before;

    public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> now = table.GetAllocatedBytes();
        if (request.Purpose == EvidencePurpose.Baseline)
        {
            _before = now;
            return new(EvidenceResult.Empty);
        }

        return new(request.Diagnosis.Problem is MemoryProblem.ManagedLeak or MemoryProblem.GCThrash ? Compare(now) : EvidenceResult.Empty);
    }

    private EvidenceResult Compare(IReadOnlyDictionary<string, long> now)
    {
        IReadOnlyDictionary<string, long>? before = _before;
        (string Route, long Bytes)[] grown = [.. now.Select(row => (row.Key, row.Value - (before?.GetValueOrDefault(row.Key) ?? 0))).OrderByDescending(static row => row.Item2)];
        long all = grown.Sum(static row => row.Bytes);
        if (grown is not [{ } first, ..] || all <= 0 || first.Bytes < SmallestShare * all)
        {
            return EvidenceResult.Empty;
        }

        string since = before is null ? "since the start" : "since the suspicion";
        return new EvidenceResult { Notes = [string.Create(CultureInfo.InvariantCulture, $"{100.0 * first.Bytes / all:0} % of the allocations of requests {since}: {VisibleText.OfName(first.Route)}.")] };
    }
}
