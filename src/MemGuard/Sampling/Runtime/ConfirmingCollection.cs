using System.Runtime;

namespace MemGuard.Sampling;

/// <summary>The full collection that confirms a suspicion or clears it, without stopping the process for its length.</summary>
internal static class ConfirmingCollection
{
    /// <summary>In batch mode (concurrent collection off) the request would be a blocking full collection: hundreds of milliseconds.</summary>
    public static bool IsPossible => GCSettings.LatencyMode is not (GCLatencyMode.Batch or GCLatencyMode.NoGCRegion);

    /// <summary>Collects the youngest generation and begins a background collection of all.</summary>
    /// <remarks>
    /// A background collection leaves the young generations where they are, and its record counts megabytes of young garbage as alive: 4 of
    /// the 34 that its own sweep had freed, which bends a straight line of readings. Collected first, at the price of a pause like any other
    /// of generation 0, there is none.
    /// </remarks>
    /// <returns>The pause of the young collection; those of the background one are in its record once it has ended.</returns>
    public static TimeSpan Request()
    {
        TimeSpan before = GC.GetTotalPauseDuration();
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        TimeSpan pause = GC.GetTotalPauseDuration() - before;
        GC.Collect(2, GCCollectionMode.Forced, blocking: false);
        return pause;
    }
}
