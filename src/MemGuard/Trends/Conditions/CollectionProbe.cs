namespace MemGuard.Trends;

/// <summary>
/// Says when the heap has grown enough to be worth a full collection, where those that come by themselves are rare. What each
/// one finds teaches it: it looks again soon while the growth was alive, and ever more rarely while it was garbage.
/// </summary>
internal sealed class CollectionProbe
{
    /// <summary>Share of the room that the heap must have grown by since the last full collection.</summary>
    private const double LeastShare = 0.01;
    private const double LargestShare = 0.20;
    private const double Backoff = 1.5;

    /// <summary>Of the growth, the share that must have been alive.</summary>
    private const double AliveShare = 0.3;

    private const double LeastSpacing = 60;

    /// <summary>A longer life has more time: twenty looks make a window of it.</summary>
    private const double SpacingPerUptime = 0.05;

    private double _share = LeastShare;

    /// <param name="uptime">Seconds since process start.</param>
    /// <param name="age">Seconds since the last full collection.</param>
    /// <param name="heap">Bytes after the last collection of any kind.</param>
    /// <param name="live">Bytes alive after the last full collection, NaN before the first.</param>
    /// <param name="room">Bytes to the nearer limit.</param>
    /// <param name="minimumGrowth">Bytes below which growth is never of interest.</param>
    public bool Wants(double uptime, double age, double heap, double live, double room, double minimumGrowth)
    {
        double growth = heap - (double.IsNaN(live) ? 0 : live);
        return growth > Math.Max(minimumGrowth, _share * room) && age >= Math.Max(LeastSpacing, SpacingPerUptime * uptime);
    }

    /// <summary>A full collection left <paramref name="live"/> of the <paramref name="heap"/>, <paramref name="before"/> being what the last one left.</summary>
    public void Learn(double heap, double before, double live)
    {
        double growth = heap - before;
        if (!(growth > 0))
        {
            return;
        }

        _share = live - before >= AliveShare * growth ? LeastShare : Math.Min(LargestShare, Backoff * _share);
    }

    public void Clear() => _share = LeastShare;
}
