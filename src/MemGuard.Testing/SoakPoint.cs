namespace MemGuard.Testing;

/// <summary>One measurement of a soak test, after two full collections with nothing under way.</summary>
/// <param name="Iteration">Calls of the scenario so far.</param>
/// <param name="Elapsed">Time since the run began.</param>
/// <param name="LiveBytes">What is alive on the managed heap.</param>
public readonly record struct SoakPoint(long Iteration, TimeSpan Elapsed, long LiveBytes);
