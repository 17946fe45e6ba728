using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// A lock for what takes a few dozen nanoseconds as a rule, and now and then as long as it takes to copy an array: one interlocked operation to enter
/// and a plain write to leave, a third of what the general lock costs, and in the same cache line as what it guards. Not reentrant. Whoever finds it
/// held spins, then yields, then sleeps for a millisecond at a time, so a holder that lost its core gets it back. Of the user's code only a comparer
/// of keys or values runs inside. Never copied.
/// </summary>
internal struct BriefLock
{
    /// <summary>1 while held.</summary>
    private int _state;

    public readonly bool IsHeld => Volatile.Read(in _state) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            EnterSlowly();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _state, 0);

    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scope EnterScope()
    {
        Enter();
        return new Scope(ref _state);
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

    public readonly ref struct Scope(ref int state)
    {
        private readonly ref int _state = ref state;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => Volatile.Write(ref _state, 0);
    }
}
