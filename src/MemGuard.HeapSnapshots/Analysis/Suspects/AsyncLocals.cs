namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells of a value in an execution context which async local it belongs to: the map from one to the other is the framework's own.</summary>
internal static class AsyncLocals
{
    private const string Key = "System.Threading.IAsyncLocal";
    private const string Context = "System.Threading.ExecutionContext";
    private const string Another = "another";
    private const string Map = "System.Threading.AsyncLocalValueMap+";

    /// <param name="chain">The way down from the roots.</param>
    /// <param name="position">A position in it.</param>
    /// <returns>The positions of map and value, where the node is a context or its map; null elsewhere.</returns>
    public static (int Map, int Value)? Find(List<ChainNode> chain, int position)
    {
        int map = chain[position].IsNamed(Context) ? position + 1 : position;
        if (map >= chain.Count || chain[map].Type?.Type?.FullName?.StartsWith(Map, StringComparison.Ordinal) != true)
        {
            return null;
        }

        int value = map + 1;
        while (value < chain.Count && chain[value].IsInternal)
        {
            value++;
        }

        return (map, Math.Min(value, chain.Count - 1));
    }

    /// <param name="heap">The heap.</param>
    /// <param name="map">The map.</param>
    /// <param name="value">The type of a value in it; null where it is not known.</param>
    /// <param name="ownerOf">Who holds an async local.</param>
    /// <returns>The async locals that could have the value, the last one in general words where not all have a known holder; empty when none has.</returns>
    public static IReadOnlyList<string> FindKeys(AnalysedHeap heap, uint map, Type? value, Func<uint, string> ownerOf)
    {
        List<(uint Node, Type Declared)> fitting = [];
        AddKeys(heap, map, value, fitting);
        foreach (uint target in heap.Graph.GetTargets(map))
        {
            if (IsMapsArray(heap.TypeOf(target)))
            {
                AddKeys(heap, target, value, fitting);
            }
        }

        // One of exactly the value's class rather than one that could have anything.
        List<(uint Node, Type Declared)> exact = fitting.FindAll(key => key.Declared == value);
        List<string> owners = [.. (exact.Count > 0 ? exact : fitting).Select(key => ownerOf(key.Node)).Distinct(StringComparer.Ordinal)];

        // Without the one whose holder is not known the others would look certain.
        return !owners.Remove("") || owners.Count == 0 ? owners : [.. owners, Another];
    }

    private static void AddKeys(AnalysedHeap heap, uint holder, Type? value, List<(uint Node, Type Declared)> fitting)
    {
        foreach (uint target in heap.Graph.GetTargets(holder))
        {
            if (heap.TypeOf(target)?.Type is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(AsyncLocal<>)
                && type.GetGenericArguments()[0] is var declared && (value is null || Reflection.CanHold(declared, value)))
            {
                fitting.Add((target, declared));
            }
        }
    }

    // A map of many keeps them in an array of pairs, a larger one in the entries of a dictionary.
    private static bool IsMapsArray(HeapType? type) =>
        type?.Type is { IsArray: true } array && array.GetElementType() is { IsGenericType: true, IsValueType: true } pair && pair.GetGenericArguments()[0].FullName == Key;
}
