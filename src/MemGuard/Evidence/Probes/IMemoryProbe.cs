namespace MemGuard.Evidence;

/// <summary>Tells garbage from what is retained by forcing a collection. A singleton of <c>AddMemGuard</c>; thread-safe, one measurement at a time.</summary>
public interface IMemoryProbe
{
    /// <summary>Collects, and measures the managed heap before and after.</summary>
    /// <param name="collection">
    /// How. A background collection is always allowed, six in a row at least 10 seconds apart, then none for 10 minutes, 24 a day. The others need
    /// the Development environment or <see cref="MemoryProbeOptions.AllowForcedCollection"/>; one in 10 minutes, and none whose predicted pause is
    /// above <see cref="MemoryProbeOptions.MaxPause"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the wait. A collection that has begun goes on.</param>
    /// <returns>The measurement, or a refusal with its reason. Takes as long as a collection, a minute at most.</returns>
    Task<LiveMeasurement> MeasureLiveAsync(ProbeCollection collection = ProbeCollection.Background, CancellationToken cancellationToken = default);
}
