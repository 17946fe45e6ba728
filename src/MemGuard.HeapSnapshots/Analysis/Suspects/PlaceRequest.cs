namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A place that wants a name.</summary>
/// <param name="Entry">The entry of the summed dominator tree.</param>
/// <param name="WeightOf">What an entry below it counts for, to tell what the place is full of.</param>
/// <param name="Shown">The number of the object that stands for it in the dominator tree; null for the largest.</param>
internal sealed record PlaceRequest(int Entry, Func<int, long> WeightOf, uint? Shown);
