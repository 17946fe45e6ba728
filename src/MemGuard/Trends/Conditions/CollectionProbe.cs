namespace MemGuard.Trends;

/// <summary>
/// Says when the heap has grown enough to be worth a full collection, where those that come by themselves are rare. What each
/// one finds teaches it: it looks again soon while the growth was alive, and ever more rarely while it was garbage.
/// </summary>
internal sealed class CollectionProbe(CollectionRequestRules rules)
{
    private double _share = rules.LeastShare;

    /// <param name="uptime">Seconds since process start.</param>
    /// <param name="age">Seconds since the last full collection.</param>
    /// <param name="heap">Bytes after the last collection of any kind.</param>
    /// <param name="live">Bytes alive after the last full collection, NaN before the first.</param>
    /// <param name="headroom">Bytes to the nearer limit.</param>
    /// <param name="minimumGrowth">Bytes below which growth is never of interest.</param>
    public bool Wants(double uptime, double age, double heap, double live, double headroom, double minimumGrowth)
    {
        double growth = heap - (double.IsNaN(live) ? 0 : live);
        return growth > Judgement.LeastGrowth(rules.LeastGrowthFactor * minimumGrowth, _share, headroom)
            && age >= Math.Max(rules.ProbeSpacingSeconds, rules.ProbeSpacingPerUptime * uptime);
    }

    /// <summary>A full collection left <paramref name="live"/> of the <paramref name="heap"/>, <paramref name="before"/> being what the last one left.</summary>
    public void Learn(double heap, double before, double live)
    {
        double growth = heap - before;
        if (!(growth > 0))
        {
            return;
        }

        _share = live - before >= rules.AliveShare * growth ? rules.LeastShare : Math.Min(rules.LargestShare, rules.Backoff * _share);
    }

    public void Clear() => _share = rules.LeastShare;
}
