namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Measures what this process allocates and where: types and methods with their share. Injected as a singleton; thread-safe.</summary>
/// <remarks>
/// By the runtime's randomised allocation sampling: each allocated byte is drawn with a probability of 1 in 102,400, so a sample weighs about 100 KB
/// and a share is known to about 2/√n of itself after n samples. While a profile runs, the allocating threads pay for each sample;
/// nothing is left on afterwards.
/// </remarks>
public interface IAllocationProfiler
{
    /// <summary>Profiles the whole process for a while, or says why not.</summary>
    /// <param name="duration">How long, from 100 milliseconds to 1 minute. It ends earlier after 2,000 samples, about 200 MB of allocations: more would say little more.</param>
    /// <param name="cancellationToken">Ends the wait and the profile.</param>
    /// <returns>The profile, or the reason of the refusal: one runs already, the hour's twelve are used up, or the runtime's diagnostics endpoint cannot be used.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    Task<AllocationProfileResult> ProfileAsync(TimeSpan duration, CancellationToken cancellationToken = default);
}
