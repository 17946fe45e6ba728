namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells of a value in an execution context which async local it belongs to: the map from one to the other is the framework's own.</summary>
internal static class AsyncLocals
{
    private const string Context = "System.Threading.ExecutionContext";
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
    /// <returns>The async locals that could have the value; empty when none could.</returns>
    public static IReadOnlyList<string> FindKeys(AnalysedHeap heap, uint map, Type? value, Func<uint, string> ownerOf)
    {
        List<string> names = [];
        foreach (uint target in heap.Graph.GetTargets(map))
        {
            if (heap.TypeOf(target)?.Type is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(AsyncLocal<>)
                && (value is null || Reflection.CanHold(type.GetGenericArguments()[0], value)) && ownerOf(target) is { Length: > 0 } owner)
            {
                names.Add(owner);
            }
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }
}
