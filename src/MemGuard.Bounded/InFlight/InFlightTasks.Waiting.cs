namespace MemGuard.Bounded;

/// <content>Callers that wait for room, first come first served.</content>
public sealed partial class InFlightTasks
{
    private static async ValueTask<InFlightTask?> WaitForRoomAsync(InFlightWaiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (waiter, token) => ((InFlightWaiter)waiter!).Owner.CancelWaiter((InFlightWaiter)waiter, token),
            waiter);
        return await waiter.Task.ConfigureAwait(false);
    }

    private void CancelWaiter(InFlightWaiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            if (waiter.Node.List is null)
            {
                // Served or refused first.
                return;
            }

            _waiters.Remove(waiter.Node);
        }

        waiter.TrySetCanceled(token);
    }

    private InFlightWaiter? TakeWaiterUnsynchronized()
    {
        InFlightWaiter? first = _waiters.First?.Value;
        if (first is not null)
        {
            _waiters.RemoveFirst();
        }

        return first;
    }

    private void RefuseWaiters()
    {
        while (true)
        {
            InFlightWaiter? waiter;
            lock (_gate)
            {
                waiter = TakeWaiterUnsynchronized();
                _totalRejected += waiter is null ? 0 : 1;
            }

            if (waiter is null)
            {
                return;
            }

            waiter.TrySetResult(null);
        }
    }
}
