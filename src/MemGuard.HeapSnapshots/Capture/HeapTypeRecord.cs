namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A type as the stream described it.</summary>
/// <param name="Id">Runtime handle of the type.</param>
/// <param name="Name">Full name; null when the stream did not name it.</param>
internal sealed record HeapTypeRecord(ulong Id, string? Name);
