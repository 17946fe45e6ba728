namespace MemGuard.Bounded;

/// <summary>A value and the number of those who hold it: the cache, as long as it is in there, and each lease. The last to let go disposes of it.</summary>
internal sealed class LeasedValue<TValue>(TValue value, LeaseLedger ledger, int holders)
{
    /// <summary>0 once the value has been disposed of. Interlocked.</summary>
    private int _holders = holders;

    /// <summary>Written before the cache lets go, where leases are left then.</summary>
    private LeaseLedger.Lingering? _lingering;

    public TValue Value => value;

    /// <summary>Leases now, as long as the cache holds it.</summary>
    public int LeaseCount => Math.Max(0, Volatile.Read(ref _holders) - 1);

    /// <returns>False when it has been disposed of, or is about to be: it left the cache, and the last lease was returned.</returns>
    public bool TryAcquire()
    {
        int holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            int seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    public void Release()
    {
        int holders = Interlocked.Decrement(ref _holders);
        if (holders == 0)
        {
            End();
        }
        else if (holders < 0)
        {
            Interlocked.Increment(ref _holders);
            throw new InvalidOperationException("A lease was returned twice: a copy of it was disposed of as well.");
        }
    }

    /// <summary>The cache lets go.</summary>
    public void LetGo()
    {
        int holders = Volatile.Read(ref _holders);
        while (true)
        {
            if (holders > 1)
            {
                // Before the number says that the cache is out of it: from then on the last lease may end it.
                _lingering ??= ledger.Linger();
            }

            int seen = Interlocked.CompareExchange(ref _holders, holders - 1, holders);
            if (seen == holders)
            {
                break;
            }

            holders = seen;
        }

        if (holders == 1)
        {
            End();
        }
    }

    private void End()
    {
        _lingering?.Dispose();
        ValueDisposal.Dispose(value, ledger, static ledger => ledger.CountDisposeError());
    }
}
