using MemGuard.Bounded;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Names the culprit of an alert: a baseline when growth is suspected, a second snapshot and the difference when it is confirmed.</summary>
internal sealed class HeapSnapshotEvidence(HeapSnapshotService service, HeapSnapshotOptions options) : IEvidenceCollector, IDisposable
{
    private const double MinimumGrowthShare = 0.1;
    private const double MinimumHeapShare = 0.2;
    private const int MaxSuspects = 3;
    private const int MinimumCount = 100;
    private const double AlikeShare = 0.02;
    private const double SameCountShare = 0.1;
    private const string NoFirst = "there is no earlier heap snapshot to compare with";
    private const string NothingNative = "nothing that holds native memory has grown in number: no type with a finalizer, no assemblies, no dynamic methods";

    // What was loaded when growth was suspected: known even where no snapshot may be taken.
    private IReadOnlyList<NativeCount>? _loaded;

    // The latest baseline; replaced by each new suspicion. Exchanged, because a late collection may overlap with the next.
    private HeapSnapshot? _baseline;

    public async ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        if (request.Diagnosis.Problem is not (MemoryProblem.ManagedLeak or MemoryProblem.UnmanagedGrowth or MemoryProblem.GCThrash or MemoryProblem.NearMemoryLimit))
        {
            return EvidenceResult.Empty;
        }

        if (!options.CaptureOnAlert)
        {
            return EvidenceResult.None("heap snapshots on alerts are off (CaptureOnAlert)");
        }

        if (request.Purpose == EvidencePurpose.Baseline)
        {
            _loaded = AssemblyGroups.Count(AppDomain.CurrentDomain.GetAssemblies());
            HeapSnapshotResult first = await service.CaptureAsync(SnapshotCause.Alert, "memory growth suspected", null, cancellationToken).ConfigureAwait(false);
            if (first.Snapshot is not { } snapshot)
            {
                return EvidenceResult.None("no heap snapshot: " + first.RefusedBecause);
            }

            // What is there says who holds the growth; since an earlier suspicion, what has grown.
            HeapSnapshot? earlier = Interlocked.Exchange(ref _baseline, null);
            try
            {
                return FindWhatIsThere(snapshot, earlier);
            }
            finally
            {
                // What has types alone is no beginning: a complete one before it still is.
                (HeapSnapshot kept, HeapSnapshot? left) = !snapshot.IsComplete && earlier is not null ? (earlier, snapshot) : (snapshot, earlier);
                left?.Dispose();
                Keep(kept);
            }
        }

        HeapSnapshot? baseline = Interlocked.Exchange(ref _baseline, null);
        try
        {
            HeapSnapshotResult second = await service.CaptureAsync(SnapshotCause.Alert, "memory problem confirmed", baseline, cancellationToken).ConfigureAwait(false);
            using HeapSnapshot? now = second.Snapshot;
            return request.Diagnosis.Problem == MemoryProblem.UnmanagedGrowth
                ? ToResult(second, FindNative(now, baseline), now is not null && baseline is null ? NoFirst : NothingNative)
                : now is { IsComplete: false } ? FindByType(now, baseline) with { Files = FilesOf(second) }
                : ToResult(second, FindSuspects(now, baseline), "nothing stands out in the heap snapshot");
        }
        finally
        {
            // Kept for the next confirmation: an alert that repeats is compared with where it began. A newer one is the better beginning, if it is complete.
            if (baseline is not null && Interlocked.CompareExchange(ref _baseline, baseline, null) is { } newer)
            {
                if (newer.IsComplete || !baseline.IsComplete)
                {
                    baseline.Dispose();
                }
                else
                {
                    Keep(baseline);
                }
            }
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _baseline, null)?.Dispose();

    private void Keep(HeapSnapshot snapshot)
    {
        HeapSnapshot? before = Interlocked.Exchange(ref _baseline, snapshot);
        if (before is { IsComplete: true } && !snapshot.IsComplete && Interlocked.CompareExchange(ref _baseline, before, snapshot) == snapshot)
        {
            // Of one that overlapped, and complete.
            snapshot.Dispose();
            return;
        }

        before?.Dispose();
    }

    private static EvidenceResult ToResult(HeapSnapshotResult result, List<LeakSuspect> suspects, string nothing) => new()
    {
        Suspects = suspects,
        Files = FilesOf(result),
        NoneBecause = suspects.Count > 0 ? null
            : result.RefusedBecause is { } refusal ? "no heap snapshot: " + refusal
            : result.Snapshot?.IncompleteBecause is { } missing ? "the heap snapshot is incomplete: " + missing
            : nothing,
    };

    private static IReadOnlyList<string> FilesOf(HeapSnapshotResult result) => result.Directory is { } directory ? [directory] : [];

    private static EvidenceResult FindWhatIsThere(HeapSnapshot now, HeapSnapshot? earlier) =>
        now.IsComplete ? EvidenceResult.Of(FindSuspects(now, earlier)) : FindByType(now, earlier);

    // Near the limit there may be room for counts alone: who held what has become more is known from before.
    private static EvidenceResult FindByType(HeapSnapshot now, HeapSnapshot? baseline)
    {
        GrowthByType? growth = GrowthByType.Find(baseline?.Data, now.Data);
        LeakSuspect[] suspects = growth is null ? [] : [.. EarlierHolders.Of(growth).Where(CanHold).Take(MaxSuspects).Select(holder => ToSuspect(holder, growth))];
        string because = IncompleteText.Of(now.Data, growth);
        return suspects.Length > 0 ? EvidenceResult.Of(suspects) with { Notes = [because] } : EvidenceResult.None(because);
    }

    // A structure that still has about as many as then has not grown.
    private static bool CanHold(EarlierHolder holder) => StructureOf(holder.Place) is null;

    // Without a first count everything would seem to have grown. Assemblies are counted without a snapshot.
    private List<LeakSuspect> FindNative(HeapSnapshot? now, HeapSnapshot? baseline)
    {
        (IReadOnlyList<NativeCount> current, IReadOnlyList<NativeCount>? earlier) = now is { IsComplete: true } && baseline is { IsComplete: true }
            ? (now.Data.Native, baseline.Data.Native)
            : (AssemblyGroups.Count(AppDomain.CurrentDomain.GetAssemblies()), _loaded);
        return earlier is null ? []
            : [.. NativeGrowth.Find(current, earlier).Take(MaxSuspects).Select(ToSuspect)];
    }

    private static List<LeakSuspect> FindSuspects(HeapSnapshot? now, HeapSnapshot? baseline)
    {
        // Refused: what stood out at the beginning is better than nothing.
        HeapSnapshot? latest = now ?? baseline;
        if (latest is not { IsComplete: true })
        {
            return [];
        }

        if (now is not null && baseline is not null && now.Data.IsComparableWith(baseline.Data))
        {
            HeapSnapshotDiff diff = now.DiffFrom(baseline);
            HeapGrowth? first = diff.Growth.Count > 0 ? diff.Growth[0] : null;
            List<LeakSuspect> grown = [.. diff.Growth.Where(growth => growth.ShareRatio >= MinimumGrowthShare || GrewAlike(growth, first!)).Take(MaxSuspects).Select(ToSuspect)];
            if (grown.Count > 0)
            {
                return grown;
            }
        }

        return [.. latest.Dominators.Where(static place => place.ShareRatio >= MinimumHeapShare).Take(MaxSuspects).Select(static place => ToSuspect(place))];
    }

    // Two places that grew by the same number are two ends of one leak, as timers and the list that holds them: the light one may be the owner.
    private static bool GrewAlike(HeapGrowth growth, HeapGrowth first) =>
        growth.GrowthCount >= MinimumCount
        && !growth.Place.Name.Contains(first.Place.TypeName, StringComparison.Ordinal)
        && Math.Abs(growth.GrowthCount - first.GrowthCount) <= AlikeShare * first.GrowthCount;

    private static LeakSuspect ToSuspect(HeapGrowth growth) => ToSuspect(growth.Place) with { GrowthShareRatio = Math.Clamp(growth.ShareRatio, 0, 1) };

    // The figures are of now and the name is not: what the holder retains by now is not known.
    private static LeakSuspect ToSuspect(EarlierHolder holder, GrowthByType growth) => new(holder.Place.Name)
    {
        Count = growth.Now.Types.Where(usage => usage.TypeName == holder.Type.TypeName).Sum(static usage => usage.Count),
        CountUnit = IncompleteText.Unit(holder.Type),
        NextStep = IncompleteText.NextStep(holder, growth),
        Fingerprint = FingerprintOf(holder.Place),
        HolderKind = holder.Place.HolderKind,
    };

    private static LeakSuspect ToSuspect(NativeGrowth grown) => new(grown.Name)
    {
        Count = grown.Now.Count,
        CountUnit = grown.Unit,
        NextStep = grown.NextStep,
        Fingerprint = Fingerprint.Of("", grown.Name, null),
    };

    private static LeakSuspect ToSuspect(HeapDominator place) => new(place.Name)
    {
        RetainedBytes = place.RetainedBytes,
        Count = place.Count,
        CountUnit = place.CountUnit,
        NextStep = place.NextStep,
        Fingerprint = FingerprintOf(place),
        HolderKind = place.HolderKind,
        Capacity = StructureOf(place)?.Capacity,
        ExpiresIn = StructureOf(place)?.TimeToLive,
    };

    private static string? FingerprintOf(HeapDominator place) => place.Fingerprint.Length > 0 ? place.Fingerprint : null;

    // A snapshot has no names of structures: the listed one that holds about as many is meant, and where two do nobody knows.
    private static BoundedStructureUsage? StructureOf(HeapDominator place)
    {
        if (place.HolderKind != HolderKind.Filling)
        {
            return null;
        }

        BoundedStructureUsage[] alike = [.. BoundedStructures.GetUsage().Where(usage =>
            usage.Capacity > 0 && usage.Kind is StructureKind.Cache or StructureKind.Queue && Math.Abs(usage.Count - place.Count) <= SameCountShare * place.Count)];
        return alike is [{ } only] ? only : null;
    }
}
