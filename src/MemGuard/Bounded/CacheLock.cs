using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MemGuard.Bounded;

/// <summary>
/// A lock for a few dozen nanoseconds of work: one interlocked operation to enter and a plain write to leave, a third of what the general lock
/// costs, and in the same cache line as what it guards. Not reentrant. Whoever finds it held polls, spins, then yields, then sleeps for a
/// millisecond at a time, so a holder that lost its core gets it back. Of the user's code only the comparer of keys runs inside. Never copied.
/// </summary>
internal struct CacheLock
{
    /// <summary>Looks at a held lock, some 20 ns apart, before the waits grow longer: it is rarely held for more than 100 ns.</summary>
    private const int MaxPolls = 32;

    /// <summary>1 while held.</summary>
    private int _state;

    public readonly bool IsHeld => Volatile.Read(in _state) != 0;

    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scope EnterScope()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            EnterSlowly();
        }

        return new Scope(ref _state);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly()
    {
        SpinWait spinner = default;
        int polls = 0;
        do
        {
            if (polls++ < MaxPolls)
            {
                Pause();
            }
            else
            {
                spinner.SpinOnce();
            }
        }
        // Looks before it tries: attempts on a held lock would take its cache line from the holder.
        while (Volatile.Read(ref _state) != 0 || Interlocked.CompareExchange(ref _state, 1, 0) != 0);
    }

    /// <summary>The shortest wait that there is: that of <see cref="Thread.SpinWait"/> lasts twice as long.</summary>
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    public readonly ref struct Scope(ref int state)
    {
        private readonly ref int _state = ref state;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => Volatile.Write(ref _state, 0);
    }
}
