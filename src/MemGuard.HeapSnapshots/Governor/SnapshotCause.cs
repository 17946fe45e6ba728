namespace MemGuard.HeapSnapshots.Governor;

/// <summary>Who asks for a snapshot. Each cause has a budget of its own, so that a script that sends signals cannot use up an alert's.</summary>
internal enum SnapshotCause
{
    Code,
    Alert,
    Signal,
}
