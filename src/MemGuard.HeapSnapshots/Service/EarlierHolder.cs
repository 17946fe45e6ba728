namespace MemGuard.HeapSnapshots.Service;

/// <summary>Who held most objects of a type before it grew.</summary>
/// <param name="Place">The holder, as it was.</param>
/// <param name="Type">By how much the type has grown since.</param>
/// <param name="ShareRatio">Share of the type's objects that were there, 0–1.</param>
internal sealed record EarlierHolder(HeapDominator Place, HeapTypeGrowth Type, double ShareRatio);
