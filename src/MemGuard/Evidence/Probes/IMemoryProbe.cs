namespace MemGuard.Evidence;

/// <summary>Tells garbage from what is retained by forcing a collection, and what the native allocator keeps from what is in use. A singleton of <c>AddMemGuard</c>; thread-safe, one measurement at a time.</summary>
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

    /// <summary>Reads what the C library's allocator holds, and lets it give back what it keeps if asked to: a process that grows outside the heap leaks there, or the allocator keeps what was freed.</summary>
    /// <param name="trim">
    /// Whether to trim (<c>malloc_trim</c>). That holds each arena's lock while it works, up to seconds with hundreds of megabytes of small blocks: it needs the
    /// Development environment or <see cref="MemoryProbeOptions.AllowNativeTrim"/>, is made once an hour at most, and outside Development not when more
    /// than 200 MB are kept free.
    /// </param>
    /// <param name="cancellationToken">Ends the wait. A trim that has begun goes on.</param>
    /// <returns>The measurement, or a refusal with its reason: there is no answer without glibc 2.33 or later (musl, Windows, macOS).</returns>
    Task<NativeMeasurement> MeasureNativeAsync(bool trim = false, CancellationToken cancellationToken = default);
}
