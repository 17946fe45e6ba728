namespace MemGuard.HeapSnapshots.Files;

/// <summary>How much a <see cref="SnapshotStore"/> keeps.</summary>
internal sealed record StoreLimits(int MaxSnapshots, long MaxBytes, TimeSpan MaxAge);
