using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>
/// Tells whether the finalizer thread still works: it drops an object with a finalizer and waits for the collection that finds it, then for
/// the finalizer. The time after that collection is the lag; without a collection there is nothing to be late.
/// </summary>
/// <param name="drop">Makes an unreachable object whose finalizer leaves its number in the notice.</param>
internal sealed class FinalizerSentinel(Action<FinalizerSentinel.Notice, int> drop)
{
    private readonly Notice _notice = new();
    private int _armed;
    private int _collectionsWhenArmed;
    private TimeSpan? _collectedAt;

    /// <summary>A sentinel over the real finalizer thread.</summary>
    public FinalizerSentinel()
        : this(Drop)
    {
    }

    private bool IsFinalized => _notice.Finalized == _armed;

    /// <summary>How long the finalizer thread has been due. Allocates nothing.</summary>
    /// <param name="elapsed">The sample's time.</param>
    /// <param name="collections">Count of collections of any kind.</param>
    public TimeSpan ReadLag(TimeSpan elapsed, int collections)
    {
        if (IsFinalized)
        {
            return TimeSpan.Zero;
        }

        // Two collections: the first may have been under way, or may have kept a sentinel that a register still held.
        if (_collectedAt is null && collections - _collectionsWhenArmed >= 2)
        {
            _collectedAt = elapsed;
        }

        return _collectedAt is TimeSpan since ? elapsed - since : TimeSpan.Zero;
    }

    /// <summary>Drops the next sentinel if the last one was finalized.</summary>
    public void Rearm(int collections)
    {
        if (IsFinalized)
        {
            _armed++;
            _collectedAt = null;
            _collectionsWhenArmed = collections;
            drop(_notice, _armed);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Notice notice, int number) => _ = new Sentinel(notice, number);

    /// <summary>Where a finalizer leaves word.</summary>
    internal sealed class Notice
    {
        // Written by the finalizer thread, read by the sampler's.
        private volatile int _finalized;

        public int Finalized
        {
            get => _finalized;
            set => _finalized = value;
        }
    }

    private sealed class Sentinel(Notice notice, int number)
    {
        ~Sentinel() => notice.Finalized = number;
    }
}
