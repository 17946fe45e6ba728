using System.Diagnostics;
using System.Reflection;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Turns a captured heap into what a snapshot keeps.</summary>
internal static class SnapshotBuilder
{
    private const int MaxTypes = 2000;
    private const int MaxPaths = 5000;
    private const double NamedShare = 0.002;

    /// <param name="heap">The capture; its objects are freed.</param>
    /// <param name="assemblies">The loaded assemblies, held since before the capture.</param>
    /// <param name="singletons">By which service types singletons are known.</param>
    /// <param name="baseline">An earlier snapshot: places that grew since are named too; null for none.</param>
    /// <param name="alsoNamed">Positions of paths that are named however small they are; null for none.</param>
    public static SnapshotData Build(CapturedHeap heap, IReadOnlyList<Assembly> assemblies, SingletonTable singletons, SnapshotData? baseline, Func<IReadOnlyList<PathNode>, IEnumerable<int>>? alsoNamed = null)
    {
        long start = Stopwatch.GetTimestamp();
        if (heap.IncompleteBecause is not null)
        {
            return Histogram(heap, assemblies) with { AnalysisTime = Stopwatch.GetElapsedTime(start) };
        }

        using AnalysedHeap analysed = AnalysedHeap.Build(heap, assemblies);
        FewObjects few = FewObjects.Find(analysed);
        (List<PathNode> paths, List<int> entries) = KeepLargest(analysed, few);
        long own = SumOwn(analysed);
        ServiceObjects services = new(analysed, singletons);
        OwnerFinder owners = new(analysed, services);
        List<HeapDominator> places = NamePlaces(analysed, few, new PlaceNamer(analysed, services, owners), baseline, own, paths, entries, alsoNamed?.Invoke(paths) ?? []);
        return new SnapshotData
        {
            IncompleteBecause = heap.IncompleteBecause,
            Pause = heap.Pause,
            ObjectCount = analysed.LiveCount,
            CapturedBy = heap.CapturedBy,
            TotalBytes = analysed.Paths.Entries[0].RetainedBytes,
            OwnBytes = own,
            LiveBytes = heap.LiveBytes,
            Types = CountTypes(analysed),
            UserTypes = FindUserTypes(analysed.Types),
            Native = new NativeCounter(analysed, owners).Count(assemblies, baseline?.Native),
            Places = places,
            Paths = paths,
            StaticCount = analysed.Statics.Count,
            NamedStaticCount = analysed.Statics.Count(static field => field.IsCertain),
            AnalysisTime = Stopwatch.GetElapsedTime(start),
        };
    }

    // Of a lossy capture only what arrived can be counted: a dominator of half a graph would be a wrong name.
    private static SnapshotData Histogram(CapturedHeap heap, IReadOnlyList<Assembly> assemblies)
    {
        HeapTypeTable types = new(heap.Types, assemblies, heap.Descriptions);
        long[] counts = new long[types.Count];
        long[] bytes = new long[types.Count];
        for (int batch = 0; batch < heap.Objects.NodeBatchCount; batch++)
        {
            foreach (ref readonly HeapNode node in heap.Objects.GetNodes(batch))
            {
                counts[node.TypeIndex]++;
                bytes[node.TypeIndex] += (long)node.SizeUnits * 8;
            }
        }

        return new SnapshotData
        {
            IncompleteBecause = heap.IncompleteBecause,
            Pause = heap.Pause,
            ObjectCount = heap.Objects.NodeCount,
            CapturedBy = heap.CapturedBy,
            TotalBytes = bytes.Sum(),
            LiveBytes = heap.LiveBytes,
            Types = ToUsage(types, counts, bytes),
            UserTypes = FindUserTypes(types),
        };
    }

    private static unsafe List<HeapTypeUsage> CountTypes(AnalysedHeap heap)
    {
        long[] counts = new long[heap.Types.Count];
        long[] bytes = new long[heap.Types.Count];
        uint* sizes = heap.Graph.SizeUnits.Pointer;
        int* types = heap.Graph.TypeIndexes.Pointer;
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            if (heap.IsCounted(node))
            {
                counts[types[node]]++;
                bytes[types[node]] += (long)sizes[node] * 8;
            }
        }

        return ToUsage(heap.Types, counts, bytes);
    }

    // Different types may share a name, in different load contexts: one line for both.
    private static List<HeapTypeUsage> ToUsage(HeapTypeTable types, long[] counts, long[] bytes) =>
    [
        .. Enumerable.Range(0, types.Count)
            .GroupBy(index => types[index].Name, StringComparer.Ordinal)
            .Select(group => new HeapTypeUsage { TypeName = group.Key, Count = group.Sum(index => counts[index]), TotalBytes = group.Sum(index => bytes[index]) })
            .OrderByDescending(static usage => usage.TotalBytes)
            .Take(MaxTypes),
    ];

    private static HashSet<string> FindUserTypes(HeapTypeTable types) =>
        [.. Enumerable.Range(0, types.Count).Select(index => types[index]).Where(static type => type is { IsUserObject: true, Type: not null }).Select(static type => type.Name)];

    private static long SumOwn(AnalysedHeap heap)
    {
        IReadOnlyList<PathEntry> all = heap.Paths.Entries;
        return all.Where(entry => IsOwn(heap, entry) && !IsOwn(heap, all[entry.Parent])).Sum(static entry => entry.RetainedBytes);
    }

    private static bool IsOwn(AnalysedHeap heap, PathEntry entry) => entry.Type >= 0 && heap.Types[entry.Type].IsOwn;

    private static (List<PathNode> Paths, List<int> Entries) KeepLargest(AnalysedHeap heap, FewObjects few)
    {
        IReadOnlyList<PathEntry> all = heap.Paths.Entries;
        List<int> kept = [.. Enumerable.Range(0, all.Count).OrderByDescending(entry => all[entry].RetainedBytes).Take(MaxPaths).Order()];
        Dictionary<int, int> positions = new() { [-1] = -1 };
        List<PathNode> paths = new(kept.Count);
        List<int> entries = new(kept.Count);
        foreach (int entry in kept)
        {
            // A fold can make a child weigh more than a parent that was left out.
            if (!IsOwn(heap, all[entry]) && positions.TryGetValue(all[entry].Parent, out int parent))
            {
                positions.Add(entry, paths.Count);
                entries.Add(entry);
                paths.Add(new PathNode
                {
                    Parent = parent,
                    Label = heap.NameOf(all[entry].Type),
                    Identity = heap.IdentityOf(all[entry].Type),
                    Count = all[entry].Count,
                    TopCount = all[entry].TopCount,
                    RetainedBytes = all[entry].RetainedBytes,
                    IsVirtual = all[entry].Type < 0,
                    Sizes = few.SizesOf(entry),
                });
            }
        }

        return (paths, entries);
    }

    private static List<HeapDominator> NamePlaces(AnalysedHeap heap, FewObjects few, PlaceNamer namer, SnapshotData? baseline, long own, List<PathNode> paths, List<int> entries, IEnumerable<int> asked)
    {
        IReadOnlyList<int> found = GrowthFinder.FindPlaces(paths, null, (long)(NamedShare * heap.Paths.Entries[0].RetainedBytes));
        Dictionary<int, long> growth = [];
        int[]? match = null;
        IReadOnlyList<int> grown = [];
        if (baseline is not null)
        {
            grown = GrowthFinder.FindGrown(paths, baseline.Paths, GrowthFinder.TotalOf(heap.Paths.Entries[0].RetainedBytes - own, baseline));
            match = PathMatch.Find(paths, baseline.Paths);
            (long[] bytes, _) = GrowthFinder.Grow(paths, baseline.Paths);
            for (int i = 0; i < bytes.Length; i++)
            {
                growth.Add(entries[i], bytes[i]);
            }
        }

        // What a growing place is full of is what has grown in it, not what has always been there.
        List<PlaceRequest> places = [];
        foreach (int position in found.Union(grown).Union(asked).OrderByDescending(position => paths[position].RetainedBytes))
        {
            paths[position] = paths[position] with { Place = places.Count };
            bool isGrowing = grown.Contains(position);
            places.Add(new PlaceRequest(entries[position], entry => isGrowing ? growth.GetValueOrDefault(entry) : heap.Paths.Entries[entry].RetainedBytes, Shown(position)));
        }

        return namer.Name(places);

        uint? Shown(int position) => match is not null && match[position] >= 0 ? few.FindGrown(entries[position], baseline!.Paths[match[position]].Sizes) : null;
    }
}
