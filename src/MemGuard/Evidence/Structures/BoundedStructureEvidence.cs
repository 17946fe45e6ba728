using MemGuard.Bounded;
using MemGuard.Triage;

namespace MemGuard.Evidence;

/// <summary>
/// Names structures that have grown since growth was first suspected, and bounded ones that evict constantly. Remembers the usage of the last
/// baseline. Thread-safe.
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

    private volatile Dictionary<(StructureKind Kind, string Name), Tally>? _baseline;

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

        Dictionary<(StructureKind, string), Tally> now = TakeTally();
        if (request.Purpose == EvidencePurpose.Baseline)
        {
            _baseline = now;
            return new(EvidenceResult.Empty);
        }

        double? growthBytes = request.Diagnosis.BytesPerHour is null || request.Diagnosis.Trends.Count == 0 ? null : request.Diagnosis.Trends[0].Growth;
        List<(LeakSuspect Suspect, long Growth)> found = [];
        foreach (((StructureKind Kind, string Name) key, Tally tally) in now)
        {
            Tally? before = _baseline?.GetValueOrDefault(key);
            if (Judge(key.Kind, key.Name, tally, before, growthBytes) is LeakSuspect suspect)
            {
                found.Add((suspect, tally.Count - (before?.Count ?? 0)));
            }
        }

        IReadOnlyList<LeakSuspect> suspects =
        [
            .. found.OrderByDescending(static item => item.Suspect.GrowthShareRatio ?? 0)
                .ThenByDescending(static item => item.Growth)
                .Take(MaxSuspects)
                .Select(static item => item.Suspect),
        ];
        return new(suspects.Count > 0 ? EvidenceResult.Of(suspects) : EvidenceResult.None("none of the listed structures has grown"));
    }

    private LeakSuspect? Judge(StructureKind kind, string name, Tally now, Tally? before, double? growthBytes)
    {
        string title = $"{NameOf(kind)} \"{name}\"";
        bool isFull = now.Capacity > 0 && now.Count >= FullRatio * now.Capacity;
        long evicted = now.Evictions - (before?.Evictions ?? 0);
        if (isFull && evicted >= now.Capacity)
        {
            return new LeakSuspect($"{title}, evicting constantly: {evicted:N0} evicted at a capacity of {now.Capacity:N0}")
            {
                Count = now.Count,
                CountUnit = GetUnit(kind),
                NextStep = $"Its items are gone before they are used again: raise the capacity of \"{name}\" if there is memory for it, or stop filling it.",
            };
        }

        long growth = now.Count - (before?.Count ?? 0);
        bool hasGrown = _baseline is null
            ? now.Capacity == 0 && now.Count >= LargeCount
            : growth >= Math.Max(MinGrowth, MinGrowthRatio * (before?.Count ?? 0));
        if (!hasGrown)
        {
            return null;
        }

        long? weightGrowth = now.Weight - (before?.Weight ?? 0);
        return new LeakSuspect(_baseline is null ? title : $"{title}, {before?.Count ?? 0:N0} → {now.Count:N0}")
        {
            Count = now.Count,
            CountUnit = GetUnit(kind),
            RetainedBytes = now.Weight,
            GrowthShareRatio = growthBytes > 0 && weightGrowth is long bytes ? Math.Clamp(bytes / growthBytes.Value, 0, 1) : null,
            NextStep = GetNextStep(kind, name, now.Capacity > 0),
        };
    }

    private static string NameOf(StructureKind kind) => kind switch
    {
        StructureKind.Cache => "cache",
        StructureKind.Queue => "queue",
        StructureKind.PipeWriter => "pipe writer",
        StructureKind.Batch => "batch",
        StructureKind.InFlightTasks => "in flight tasks",
        StructureKind.Event => "event",
        StructureKind.Timer => "timer",
        _ => "watched",
    };

    private static string GetUnit(StructureKind kind) => kind switch
    {
        StructureKind.Event => "handlers",
        StructureKind.Timer => "timers",
        StructureKind.Queue or StructureKind.Batch => "items",
        StructureKind.InFlightTasks => "tasks",
        _ => "entries",
    };

    private static string GetNextStep(StructureKind kind, string name, bool isBounded) => (kind, isBounded) switch
    {
        (StructureKind.Event, _) => $"Find who subscribes to \"{name}\" and never unsubscribes.",
        (StructureKind.Timer, _) => $"Dispose of the timers of \"{name}\" that nobody needs any more.",
        (_, true) => $"\"{name}\" is filling up to its bound: lower its capacity if the process cannot afford it.",
        _ => $"Bound \"{name}\", e.g. with BoundedCache or BoundedQueue.",
    };

    // Structures that share a name are one to the user.
    private Dictionary<(StructureKind, string), Tally> TakeTally()
    {
        Dictionary<(StructureKind, string), Tally> tallies = [];
        foreach (BoundedStructureUsage usage in readUsage())
        {
            Tally sum = tallies.GetValueOrDefault((usage.Kind, usage.Name)) ?? new Tally(0, 0, null, 0);
            tallies[(usage.Kind, usage.Name)] = new Tally(
                sum.Count + usage.Count,
                sum.Capacity + (usage.Capacity ?? 0),
                usage.Weight is long weight ? (sum.Weight ?? 0) + weight : sum.Weight,
                sum.Evictions + (usage.TotalEvictions ?? 0));
        }

        return tallies;
    }

    private sealed record Tally(long Count, long Capacity, long? Weight, long Evictions);
}
