using System.Globalization;
using MemGuard.Bounded;
using MemGuard.Triage;

namespace MemGuard.Evidence;

/// <summary>
/// Names structures for what they did wrong since growth was first suspected: grew, lost items, or evicted constantly while hardly a read found its
/// item. A full cache that serves its reads and a full queue that lost nothing are healthy. Remembers the usage of the last baseline. Thread-safe.
/// </summary>
internal sealed class BoundedStructureEvidence(Func<IReadOnlyList<BoundedStructureUsage>> readUsage) : IEvidenceCollector
{
    private const int MaxSuspects = 5;

    /// <summary>Less growth than this, in items and as a share of the baseline, is everyday life.</summary>
    private const long MinGrowth = 100;
    private const double MinGrowthRatio = 0.10;

    /// <summary>Without a baseline only what is large by any standard is named.</summary>
    private const long LargeCount = 10_000;

    private const double FullRatio = 0.95;

    /// <summary>A cache that finds more than this is worth its memory, however much it evicts.</summary>
    private const double PoorHitRatio = 0.5;

    private volatile Dictionary<(StructureKind Kind, string Name), StructureTally>? _baseline;

    public BoundedStructureEvidence()
        : this(BoundedStructures.GetUsage)
    {
    }

    public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        // Counts of managed items say nothing about memory outside the heap.
        if (request.Diagnosis.Problem == MemoryProblem.UnmanagedGrowth)
        {
            return new(EvidenceResult.Empty);
        }

        Dictionary<(StructureKind, string), StructureTally> now = StructureTally.Take(readUsage());
        if (request.Purpose == EvidencePurpose.Baseline)
        {
            _baseline = now;
            return new(EvidenceResult.Empty);
        }

        List<(LeakSuspect Suspect, long Growth)> found = [];
        foreach (((StructureKind Kind, string Name) key, StructureTally tally) in now)
        {
            StructureTally? before = _baseline?.GetValueOrDefault(key);
            if ((JudgeGrowth(key.Kind, key.Name, tally, before) ?? JudgeLosses(key.Kind, key.Name, tally.Since(before))) is LeakSuspect suspect)
            {
                found.Add((suspect, tally.Count - (before?.Count ?? 0)));
            }
        }

        // By items: weights of different weighers cannot be compared, nor are they bytes.
        LeakSuspect[] suspects = [.. found.OrderByDescending(static item => item.Growth).Take(MaxSuspects).Select(static item => item.Suspect)];
        return new(suspects.Length > 0 ? EvidenceResult.Of(suspects) : EvidenceResult.None("none of the listed structures has grown"));
    }

    private LeakSuspect? JudgeGrowth(StructureKind kind, string name, StructureTally now, StructureTally? before)
    {
        long earlier = before?.Count ?? 0;
        bool hasGrown = _baseline is null
            ? now.Capacity == 0 && now.Count >= LargeCount
            : now.Count - earlier >= Math.Max(MinGrowth, MinGrowthRatio * earlier);
        if (!hasGrown)
        {
            return null;
        }

        string title = StructureWords.NameOf(kind, name);
        string growth = _baseline is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {earlier:N0} → {now.Count:N0}");
        string weight = now.Weight is { } known ? string.Create(CultureInfo.InvariantCulture, $", weight {known:N0}") : "";
        return Suspect(kind, name, now, title + growth + weight, StructureWords.NextStepOfGrowth(kind, name, now.Capacity > 0));
    }

    private static LeakSuspect? JudgeLosses(StructureKind kind, string name, StructureTally since)
    {
        bool isFull = since.Capacity > 0 && since.Count >= FullRatio * since.Capacity;
        string title = StructureWords.NameOf(kind, name);
        if (kind == StructureKind.Cache)
        {
            return isFull && since.Losses >= since.Capacity && since.HitRatio < PoorHitRatio
                ? Suspect(
                    kind,
                    name,
                    since,
                    string.Create(CultureInfo.InvariantCulture, $"{title}, evicting constantly: {since.Losses:N0} evicted at a capacity of {since.Capacity:N0}, {100 * since.HitRatio:0.#} % of the reads found their entry"),
                    $"Its items are gone before they are used again: raise the capacity of \"{name}\" if there is memory for it, or stop filling it.")
                : null;
        }

        return isFull && since.Losses > 0
            ? Suspect(
                kind,
                name,
                since,
                string.Create(CultureInfo.InvariantCulture, $"{title}, full: {since.Losses:N0} lost at a capacity of {since.Capacity:N0}"),
                $"\"{name}\" is filled faster than it is emptied: make its readers faster, or let its writers wait.")
            : null;
    }

    private static LeakSuspect Suspect(StructureKind kind, string name, StructureTally now, string title, string nextStep) => new(title)
    {
        Count = now.Count,
        CountUnit = StructureWords.UnitOf(kind),
        NextStep = nextStep,
        Fingerprint = StructureFingerprint.Of(kind, name),
    };
}
