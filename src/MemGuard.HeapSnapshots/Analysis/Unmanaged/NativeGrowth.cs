namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Something that holds memory outside the managed heap and has grown in number.</summary>
/// <param name="Now">What there is now.</param>
/// <param name="Growth">By how many it has grown.</param>
internal sealed record NativeGrowth(NativeCount Now, long Growth)
{
    private const int Fewest = 10;
    private const double ComparableShare = 0.3;

    /// <summary>What it is and who holds it, in the user's words.</summary>
    public string Name => Now.Kind switch
    {
        NativeKind.Assemblies => $"assemblies {Now.Name}, made while the process runs",
        NativeKind.Copies => $"copies of the assembly {Now.Name}, each in a load context of its own",
        _ => Now.Holder is { } holder ? $"{What} in {holder}" : What,
    };

    public string Unit => Now.Kind switch
    {
        NativeKind.Assemblies => "assemblies",
        NativeKind.Copies => "copies",
        NativeKind.DynamicMethods => "methods",
        _ => "objects",
    };

    public string NextStep => Now.Kind switch
    {
        NativeKind.Assemblies => "make each of them once and reuse it: what is made is never unloaded",
        NativeKind.Copies => "unload each load context and let go of everything from it",
        NativeKind.DynamicMethods => "compile each expression or pattern once and reuse the delegate",
        _ => $"dispose each {What} when it is no longer needed",
    };

    private string What => Now.Opened ?? Now.Name;

    /// <returns>What has grown, the most first; nothing that is small beside it.</returns>
    public static IReadOnlyList<NativeGrowth> Find(IReadOnlyList<NativeCount> now, IReadOnlyList<NativeCount> earlier)
    {
        Dictionary<(NativeKind, string), long> before = [];
        Dictionary<(string, string), long> openedBefore = [];
        foreach (NativeCount one in earlier)
        {
            before[(one.Kind, one.Name)] = before.GetValueOrDefault((one.Kind, one.Name)) + one.Count;
            if (one.Opened is { } opened)
            {
                openedBefore[(one.Name, opened)] = one.OpenedCount;
            }
        }

        List<NativeGrowth> grown =
        [
            .. now.Select(one => new NativeGrowth(one, one.Count - before.GetValueOrDefault((one.Kind, one.Name))))
                .Where(static one => one.Growth >= Fewest)
                .Select(one => HasGrownAlike(one, openedBefore) ? one : one with { Now = one.Now with { Opened = null } })
                .OrderByDescending(static one => one.Growth)

                // A handle and the object around it grow alike: the one that somebody holds by name says more.
                .ThenByDescending(static one => one.Now.Holder is not null)

                // What has two handles inside is one thing.
                .DistinctBy(static one => one.Name),
        ];
        return grown.FindAll(one => one.Growth >= ComparableShare * grown[0].Growth);
    }

    // As many as before with more handles in each of them: it is not they that were left open.
    private static bool HasGrownAlike(NativeGrowth one, Dictionary<(string, string), long> before) =>
        one.Now.Opened is not { } opened || !before.TryGetValue((one.Now.Name, opened), out long count) || 2 * (one.Now.OpenedCount - count) >= one.Growth;
}
