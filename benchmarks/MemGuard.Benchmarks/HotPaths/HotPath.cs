namespace MemGuard.Benchmarks.HotPaths;

/// <summary>One operation that must not become slower.</summary>
/// <param name="Name">What is measured, the same in every version.</param>
/// <param name="Operations">How many make a slice of about a tenth of a second.</param>
/// <param name="Run">Runs so many operations.</param>
internal sealed record HotPath(string Name, int Operations, Action<int> Run);
