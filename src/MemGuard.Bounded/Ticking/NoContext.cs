namespace MemGuard.Bounded;

/// <summary>
/// Keeps the ambient state of whoever happens to call, which is every <see cref="AsyncLocal{T}"/> of a request perhaps, from what outlives the call.
/// </summary>
internal static class NoContext
{
    /// <summary>The context without any state; null where no thread could be had to ask for it.</summary>
    private static readonly ExecutionContext? Empty = CaptureEmpty();

    /// <summary>Runs a start of something asynchronous that goes on by itself: whatever thread takes it further, it keeps no context but the empty one.</summary>
    public static void Run(ContextCallback callback, object state)
    {
        if (Empty is not null)
        {
            ExecutionContext.Run(Empty, callback, state);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            callback(state);
        }
    }

    // Suppressing the flow is not enough for an asynchronous method: at its next wait it would keep the context of the thread that took it there.
    private static ExecutionContext? CaptureEmpty()
    {
        ExecutionContext? empty = null;
        Thread? thread = OwnThread.TryStart(
            "MemGuard context",
            () =>
            {
                empty = ExecutionContext.Capture();
                return false;
            },
            static _ => { });
        thread?.Join();
        return empty;
    }
}
