namespace MemGuard.Caching;

/// <summary>What leads from an entry's tokens to it, given back when it leaves, which it may while its tokens are still being registered.</summary>
internal sealed class TokenRegistrations
{
    private readonly Lock _gate = new();
    private List<IDisposable>? _registrations = [];

    public void Add(IDisposable registration)
    {
        lock (_gate)
        {
            if (_registrations is not null)
            {
                _registrations.Add(registration);
                return;
            }
        }

        // It left meanwhile, perhaps because of this very token.
        registration.Dispose();
    }

    /// <summary>Gives back all that there are, and all that come.</summary>
    public void End()
    {
        List<IDisposable>? registrations;
        lock (_gate)
        {
            registrations = _registrations;
            _registrations = null;
        }

        registrations?.ForEach(static registration => registration.Dispose());
    }
}
