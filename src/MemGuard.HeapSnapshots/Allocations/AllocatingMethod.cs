namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>A method and what was allocated by it and by what it called of the framework, while a profile ran.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">The method with its type, for example <c>Shop.OrderMapper.Map</c>: asynchronous methods, iterators, lambdas and local functions by the method that they stand in. A method that the compiler has inlined is its caller.</param>
/// <param name="Through">The method of the framework that allocated most on its behalf, for example <c>System.String.Concat</c>; null when it allocates itself.</param>
/// <param name="EstimatedBytes">Bytes, estimated from the samples.</param>
/// <param name="ShareRatio">Its share of all that was allocated, 0–1.</param>
/// <param name="MarginRatio">Two standard errors of <paramref name="ShareRatio"/>, 0–1: the true share lies within in about 19 of 20 profiles.</param>
/// <param name="SampleCount">Samples that it was seen in.</param>
public sealed record AllocatingMethod(string Name, string? Through, long EstimatedBytes, double ShareRatio, double MarginRatio, int SampleCount)
{
    /// <summary>Whether there are samples enough to believe the share: 100 or more.</summary>
    public bool IsReliable => SampleCount >= AllocationProfile.ReliableSamples;
}
