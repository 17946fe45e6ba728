namespace MemGuard.Trends;

/// <summary>Says in words what follows from who holds the growth: for the next step of a suspicion, and for <c>--explain</c>.</summary>
internal static class HolderText
{
    /// <summary>As a clause of <c>--explain</c>.</summary>
    public static string Decision(GrowthHolder holder) => holder.Kind == HolderKind.Lasting
        ? $"held by {NameOf(holder)}, which lasts: half of the share of the headroom is enough"
        : holder.IsPassing ? $"held by {NameOf(holder)}, whose entries leave by themselves, nobody knows when: twice the share of the headroom is asked for"
        : $"held by {NameOf(holder)}: {Reason(holder)}";

    /// <summary>As a sentence for the user; null where there is nothing to wait for.</summary>
    public static string? NextStep(GrowthHolder holder) => !holder.IsPassing && holder.Kind is HolderKind.RunningWork or HolderKind.Filling or HolderKind.Expiring
        ? $"Wait: {NameOf(holder)} holds most of the growth, {Reason(holder)}."
        : null;

    private static string Reason(GrowthHolder holder) => holder.Kind switch
    {
        HolderKind.RunningWork => "a running method whose end is waited for, an hour at most",
        HolderKind.Filling when !double.IsNaN(holder.FilledRatio) => FormattableString.Invariant($"it fills, {100 * holder.FilledRatio:0} % of its capacity so far"),
        _ => "whose entries have not begun to expire",
    };

    private static string NameOf(GrowthHolder holder) => holder.Name.Length > 0 ? holder.Name : "one place";
}
