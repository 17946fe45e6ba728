namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A type as the capture described it.</summary>
/// <param name="Id">Runtime handle of the type: a number to tell types apart, never an address to look at.</param>
/// <param name="Name">Full name; null when the capture did not name it.</param>
internal sealed record HeapTypeRecord(ulong Id, string? Name)
{
    /// <summary>The type itself, where the capture had it from an assembly that it held alive; null when it has to be found.</summary>
    public Type? Type { get; init; }
}
