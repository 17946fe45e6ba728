namespace MemGuard.HeapSnapshots.Capture;

/// <summary>How much a <see cref="SnapshotStore"/> keeps.</summary>
internal sealed record StoreLimits(int MaxSnapshots, long MaxBytes, TimeSpan MaxAge);
