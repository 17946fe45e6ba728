namespace MemGuard.Bounded;

/// <summary>
/// A value that a caller has made, with a lease for this caller from the beginning: else it could have left the cache, and be disposed of, before its
/// creator has it.
/// </summary>
internal sealed class LeasedCreation<TValue>(LeaseLedger ledger)
{
    /// <summary>In the place of a value: the caller takes no lease of what comes.</summary>
    private static readonly LeasedValue<TValue> Abandoned = new(default!, new LeaseLedger(), holders: 1);

    /// <summary>Null until the factory has run, if ever. Interlocked.</summary>
    private LeasedValue<TValue>? _created;

    /// <summary>Called with what the factory has made.</summary>
    public LeasedValue<TValue> Wrap(TValue value)
    {
        LeasedValue<TValue> created = new(value, ledger, holders: 2);
        if (Interlocked.CompareExchange(ref _created, created, null) is not null)
        {
            created.Release();
        }

        return created;
    }

    /// <summary>Whether a value is the one made here: then its lease is the caller's.</summary>
    public bool IsOwn(LeasedValue<TValue> value) => ReferenceEquals(Volatile.Read(ref _created), value);

    /// <summary>The caller got another value or none: the lease is returned, now or when the value comes.</summary>
    public void Abandon()
    {
        LeasedValue<TValue>? created = Interlocked.Exchange(ref _created, Abandoned);
        if (created is not null && !ReferenceEquals(created, Abandoned))
        {
            created.Release();
        }
    }
}
