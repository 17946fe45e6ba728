namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Who holds most of many objects.</summary>
internal static class MajorityOwner
{
    private const int MaxOwners = 3;
    private const double MostShare = 0.8;
    private const double OtherShare = 0.1;

    /// <param name="owners">Who holds each of a sample; empty for nobody.</param>
    /// <returns>The one who holds most, several when several do; empty when most have no known holder.</returns>
    public static string Find(IReadOnlyList<string> owners)
    {
        List<IGrouping<string, string>> groups = [.. owners.GroupBy(static owner => owner, StringComparer.Ordinal).OrderByDescending(static group => group.Count())];
        if (groups.Count == 0 || groups[0].Count() >= MostShare * owners.Count)
        {
            return groups.Count == 0 ? "" : groups[0].Key;
        }

        List<string> several = [.. groups.Where(group => group.Count() >= OtherShare * owners.Count).Select(static group => group.Key).Where(static text => text.Length > 0).Take(MaxOwners)];
        return several.Count > 1 ? $"(one of {string.Join(" | ", several)})" : "";
    }
}
