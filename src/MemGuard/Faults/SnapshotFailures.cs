namespace MemGuard.Faults;

/// <summary>Failures that heap snapshots and allocation profiles of this process have contained: their package has no session to tell.</summary>
/// <remarks>Thread-safe, free of locks and allocations. A refusal is no failure.</remarks>
internal static class SnapshotFailures
{
    private static long _totalCount;

    public static long TotalCount => Interlocked.Read(ref _totalCount);

    public static void Count() => Interlocked.Increment(ref _totalCount);
}
