using System.Globalization;
using System.Reflection;
using System.Text.Json;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Faults;

namespace MemGuard.Evidence;

/// <summary>Reads what of a report is dear to read: structures, assemblies, threads, generations.</summary>
/// <remarks>Thread-safe; two callers at once read twice.</remarks>
internal sealed class ReportInventory(ISystemFiles files, InternalFaults faults)
{
    private static readonly string[] Generations = ["gen0", "gen1", "gen2", "loh", "poh"];

    private volatile LoadedAssemblies? _loaded;

    public ReportedInventory Read(TimeSpan elapsed) => new()
    {
        Elapsed = elapsed,
        Structures = faults.Get<ReportInventory, IReadOnlyList<ReportedStructure>>("the diagnostic report", this, static _ => [.. BoundedStructures.GetUsage().Select(Of)], []),
        Generations = ReadGenerations(),
        Assemblies = ReadAssemblies(),
        SwitchedOff = [.. faults.Parts.Where(static part => part.IsOff).Select(static part => ReportedText.Of(part.Part))],
        InternalErrors = [.. faults.Totals.Select(static pair => (ReportedText.Of(pair.Key), pair.Value))],
        ThreadCount = ReadThreadCount(),
        PoolThreadCount = ThreadPool.ThreadCount,
        PendingWorkItemCount = ThreadPool.PendingWorkItemCount,
        CompletedWorkItemCount = ThreadPool.CompletedWorkItemCount,
    };

    private static ReportedStructure Of(BoundedStructureUsage usage) => new(
        ReportedText.Of(usage.Name),
        ReportedText.OfName(usage.Kind),
        usage.Count,
        usage.Capacity,
        usage.Weight,
        usage.MaxWeight,
        usage.TotalHits,
        usage.TotalMisses,
        usage.TotalEvictions,
        usage.OldestAge);

    private static List<ReportedGeneration> ReadGenerations()
    {
        ReadOnlySpan<GCGenerationInfo> generations = GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo;
        List<ReportedGeneration> reported = [];
        for (int i = 0; i < Math.Min(generations.Length, Generations.Length); i++)
        {
            reported.Add(new ReportedGeneration(ReportedText.Of(Generations[i]), generations[i].SizeAfterBytes, generations[i].FragmentationAfterBytes));
        }

        return reported;
    }

    // Names and versions, once for as long as no further one is loaded; those of collectible contexts come and go. Replaced as a whole: a report that
    // is asked for and the sampling thread may both be here.
    private IReadOnlyList<(JsonEncodedText Name, JsonEncodedText Version)> ReadAssemblies()
    {
        Assembly[] assemblies = AppDomain.CurrentDomain.GetAssemblies();
        if (_loaded is { } known && known.Count == assemblies.Length)
        {
            return known.Names;
        }

        LoadedAssemblies loaded = new(
            assemblies.Length,
            [.. assemblies
                .Select(static assembly => assembly.GetName())
                .Select(static name => (name.Name ?? "unknown", name.Version?.ToString() ?? "unknown"))
                .Distinct()
                .OrderBy(static name => name.Item1, StringComparer.Ordinal)
                .Select(static name => (ReportedText.Of(name.Item1), ReportedText.Of(name.Item2)))]);
        _loaded = loaded;
        return loaded.Names;
    }

    private long? ReadThreadCount()
    {
        const string key = "Threads:";
        string? status = files.ReadText("/proc/self/status");
        int at = status?.IndexOf(key, StringComparison.Ordinal) ?? -1;
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rest = status.AsSpan(at + key.Length).TrimStart();
        int end = rest.IndexOf('\n');
        return long.TryParse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture, out long count) ? count : null;
    }

    private sealed record LoadedAssemblies(int Count, IReadOnlyList<(JsonEncodedText Name, JsonEncodedText Version)> Names);
}
