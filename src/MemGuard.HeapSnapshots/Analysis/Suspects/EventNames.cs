namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Names the event that handlers pile up in.</summary>
internal static class EventNames
{
    /// <param name="heap">The heap.</param>
    /// <param name="chain">The way down to the handlers.</param>
    /// <param name="handlers">The position of the delegate that has them.</param>
    /// <param name="owner">Who holds it.</param>
    /// <returns>The event with who has it; null when what holds the delegate declares none.</returns>
    public static string? Find(AnalysedHeap heap, List<ChainNode> chain, int handlers, Owner owner)
    {
        // One of several is in the list of the delegate that they make together.
        while (handlers > 2 && chain[handlers - 1].Type is { IsArray: true } && chain[handlers - 2].Type == chain[handlers].Type)
        {
            handlers -= 2;
        }

        ChainNode holder = chain[handlers - 1];
        if (FindFrameworks(heap, holder, chain[handlers]) is { } frameworks)
        {
            return frameworks + DescribeHolder(chain, owner);
        }

        return !(holder.IsUserObject || holder.Static is not null) || !IsEvent(holder, owner.Text) ? null
            : owner.FieldText is { } field ? owner.Above.Length == 0 ? $"event {field}" : $"event {field} ({owner.Above})"
            : owner.Text.StartsWith(OwnerFinder.Static, StringComparison.Ordinal) ? "static event " + owner.Text[OwnerFinder.Static.Length..]
            : $"event {owner.Text}";
    }

    // An object of the framework's has many brothers: which of them, the application's field says.
    private static string DescribeHolder(List<ChainNode> chain, Owner owner) =>
        owner.Position > 0 && (chain[owner.Position].IsUserObject || chain[owner.Position].Static is { IsFramework: false }) ? $" ({owner.Text})" : "";

    private static string? FindFrameworks(AnalysedHeap heap, ChainNode holder, ChainNode handlers) =>
        holder.Type is { IsFramework: true, IsArray: false, IsDelegate: false, Type: { } type }
        && heap.FindField(holder.Node, handlers.Node) is { } field
        && Array.TrueForAll(field.Trim('(', ')').Replace("one of ", "", StringComparison.Ordinal).Split(" | "), name => Declares(type, name))
            ? $"event {holder.Label}.{field}"
            : null;

    private static bool IsEvent(ChainNode holder, string owner) =>
        holder.Static?.IsEvent ?? (holder.Type?.Type is { } type && Declares(type, owner[(owner.LastIndexOf('.') + 1)..]));

    private static bool Declares(Type type, string name)
    {
        Type? level = type;
        while (level is not null && !Reflection.HasEvent(level, name))
        {
            level = level.BaseType;
        }

        return level is not null;
    }
}
