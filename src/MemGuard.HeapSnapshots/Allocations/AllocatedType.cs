namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>A type and what was allocated of it while a profile ran.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">The type as a C# programmer writes it, for example <c>Dictionary&lt;string, User&gt;.Entry[]</c>.</param>
/// <param name="EstimatedBytes">Bytes, estimated from the samples.</param>
/// <param name="ShareRatio">Its share of all that was allocated, 0–1.</param>
/// <param name="MarginRatio">Two standard errors of <paramref name="ShareRatio"/>, 0–1: the true share lies within in about 19 of 20 profiles.</param>
/// <param name="SampleCount">Samples that it was seen in.</param>
/// <param name="TopMethod">The method that allocated most of it; null when no method is known.</param>
public sealed record AllocatedType(string Name, long EstimatedBytes, double ShareRatio, double MarginRatio, int SampleCount, string? TopMethod)
{
    /// <summary>Whether there are samples enough to believe the share: 100 or more.</summary>
    public bool IsReliable => SampleCount >= AllocationProfile.ReliableSamples;
}
