using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// A lock for a few dozen nanoseconds of work: one interlocked operation to enter and a plain write to leave, a third of what the general lock
/// costs. Not reentrant. Whoever finds it held spins, then yields, then sleeps for a millisecond at a time, so a holder that lost its core gets it
/// back. No user code runs inside.
/// </summary>
internal sealed class CacheLock
{
    /// <summary>1 while held.</summary>
    private int _state;

    public bool IsHeld => Volatile.Read(ref _state) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scope EnterScope()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            EnterSlowly();
        }

        return new Scope(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly()
    {
        SpinWait spinner = default;
        do
        {
            spinner.SpinOnce();
        }
        // Looks before it tries: attempts on a held lock would take its cache line from the holder.
        while (Volatile.Read(ref _state) != 0 || Interlocked.CompareExchange(ref _state, 1, 0) != 0);
    }

    public readonly ref struct Scope(CacheLock gate)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => Volatile.Write(ref gate._state, 0);
    }
}
