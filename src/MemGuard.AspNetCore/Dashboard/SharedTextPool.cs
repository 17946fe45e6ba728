namespace MemGuard.AspNetCore.Dashboard;

/// <summary>Buffers that nobody has a share in. Thread-safe.</summary>
internal sealed class SharedTextPool
{
    /// <summary>One that is written and one that is sent; slow viewers may hold more.</summary>
    private const int MaxKept = 4;

    private readonly Lock _gate = new();
    private readonly Stack<SharedText> _free = new(MaxKept);

    /// <returns>Empty, and with the caller's own share.</returns>
    public SharedText Rent()
    {
        lock (_gate)
        {
            return (_free.TryPop(out SharedText? text) ? text : new SharedText(this)).Share();
        }
    }

    public void Put(SharedText text)
    {
        lock (_gate)
        {
            if (_free.Count < MaxKept)
            {
                _free.Push(text);
            }
        }
    }
}
