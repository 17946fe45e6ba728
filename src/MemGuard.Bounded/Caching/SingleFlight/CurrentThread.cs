namespace MemGuard.Bounded;

/// <summary>The running thread's managed id, from a field of the thread: a fifth of the 3 ns of asking the runtime each time.</summary>
internal static class CurrentThread
{
    [ThreadStatic]
    private static int _id;

    /// <summary>Never 0.</summary>
    public static int Id => _id != 0 ? _id : _id = Environment.CurrentManagedThreadId;
}
