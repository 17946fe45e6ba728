using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Bounded;

/// <summary>The right to use a value of a <see cref="LeasedCache{TKey, TValue}"/>, which is not disposed of before the lease has been.</summary>
/// <remarks>
/// Dispose of it once, best by <c>using</c>. A copy is the same lease: disposing of both would take it from another reader. One that is lost without being
/// disposed of keeps its value from ever being disposed of by the cache; <see cref="LeasedCache{TKey, TValue}.GetLeaseStatistics"/> counts them.
/// </remarks>
/// <typeparam name="TValue">The value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A right, not a value: nobody compares it.")]
public struct CacheLease<TValue> : IDisposable
{
    private LeasedValue<TValue>? _held;

    internal CacheLease(LeasedValue<TValue> held) => _held = held;

    /// <summary>The value, good until the lease is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been returned, or was never given.</exception>
    public readonly TValue Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_held is null, typeof(CacheLease<TValue>));
            return _held.Value;
        }
    }

    /// <summary>Returns the lease. The last one of a value that has left the cache disposes of the value, on this thread; what that throws is contained.</summary>
    /// <exception cref="InvalidOperationException">The value has been disposed of, because a copy of this lease was returned as well.</exception>
    public void Dispose()
    {
        LeasedValue<TValue>? held = _held;
        _held = null;
        held?.Release();
    }
}
