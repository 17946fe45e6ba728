namespace MemGuard.Bounded;

/// <summary>Counts what becomes of a cache's values once they have left it. Interlocked.</summary>
internal sealed class LeaseLedger
{
    private long _currentLingering;
    private long _totalLeaked;
    private long _totalDisposeErrors;

    public long CurrentLingering => Interlocked.Read(ref _currentLingering);

    public long TotalLeaked => Interlocked.Read(ref _totalLeaked);

    public long TotalDisposeErrors => Interlocked.Read(ref _totalDisposeErrors);

    public void CountDisposeError() => Interlocked.Increment(ref _totalDisposeErrors);

    /// <summary>A value that leaves while somebody holds a lease of it.</summary>
    public Lingering Linger()
    {
        Interlocked.Increment(ref _currentLingering);
        return new Lingering(this);
    }

    /// <summary>
    /// Hangs on a value that waits for its leases, and on nothing else: when the garbage collector finds it, so are the value and the last lease, which
    /// nobody can return any more. Only a value that leaves while it is leased has one, so that the others pay for no finalizer.
    /// </summary>
    internal sealed class Lingering(LeaseLedger ledger) : IDisposable
    {
        ~Lingering()
        {
            Interlocked.Decrement(ref ledger._currentLingering);
            Interlocked.Increment(ref ledger._totalLeaked);
        }

        /// <summary>The last lease was returned.</summary>
        public void Dispose()
        {
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref ledger._currentLingering);
        }
    }
}
