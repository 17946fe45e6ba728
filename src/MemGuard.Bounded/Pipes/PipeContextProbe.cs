namespace MemGuard.Bounded;

/// <summary>
/// Finds out, once for each writer, whether the inner flush goes back to the synchronization context of whoever awaits it: it stands in for one during
/// one flush. A pipe made with <c>useSynchronizationContext: false</c> does not, and then neither must a flush through the decorator.
/// </summary>
internal sealed class PipeContextProbe : SynchronizationContext
{
    /// <summary>Written before the flush goes on.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Whether the calling thread has a context, or a scheduler, that matters to a wait.</summary>
    public static bool IsWanted =>
        (Current is { } current && current.GetType() != typeof(SynchronizationContext)) || TaskScheduler.Current != TaskScheduler.Default;

    // On the pool: a flush that waits is ended by the reader, whose thread must not do the writer's work.
    public override void Post(SendOrPostCallback d, object? state)
    {
        WasUsed = true;
        ThreadPool.UnsafeQueueUserWorkItem(static call => call.Callback(call.State), (Callback: d, State: state), preferLocal: false);
    }
}

/// <summary>What a caller does after the flush that the probe watches: only at its end is it known where.</summary>
internal sealed class ProbedContinuation(Func<bool> goesBack, Action<object?> continuation, object? state)
{
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;

    public void Run()
    {
        if (!goesBack())
        {
            continuation(state);
        }
        else if (_context is not null && _context.GetType() != typeof(SynchronizationContext))
        {
            _context.Post(static self => ((ProbedContinuation)self!).Continue(), this);
        }
        else
        {
            _ = Task.Factory.StartNew(Continue, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }
    }

    private void Continue() => continuation(state);
}
