using System.Numerics;

namespace MemGuard.Bounded;

/// <summary>
/// Finds the newcomers' share of a shard, without counting hits: it weighs what one more slot would gain in the window against what one slot
/// less would cost in the main part, both in reads per slot and insert, and moves the border towards the better use. Guarded by the shard's lock.
/// </summary>
/// <remarks>
/// The window's gain: candidates that lost their duel and are asked for within the next few inserts; so many more slots would have kept them.
/// The main part's loss: entries next to the hand without a mark, the next to leave, that get a mark within as many inserts.
/// </remarks>
internal struct WindowBalance
{
    private const double MinRatio = 0.01;
    private const double MaxRatio = 0.80;

    /// <summary>The longest move of the border, when all evidence points one way.</summary>
    private const double MaxStep = 0.0625;

    /// <summary>What old evidence weighs beside new at each move: single periods hold few events.</summary>
    private const double Memory = 0.5;

    /// <summary>A shard at least this large looks at one key in four: enough of them to judge by, and less memory to touch on each miss.</summary>
    private const int SampledCapacity = 1024;

    /// <summary>Which mixed hashes are looked at: those without these bits.</summary>
    private uint _skipped;

    /// <summary>Recently rejected keys by hash, each with the number of the duel that it lost.</summary>
    private (uint Hash, uint Duel)[] _rejected;

    private uint _horizon;
    private uint _interval;
    private uint _duels;
    private uint _lastWatch;
    private uint _lastMove;

    private double _rejections;
    private double _returns;
    private double _watches;
    private double _reads;

    /// <summary>The newcomers' share of the capacity, 0.01–0.80.</summary>
    public double Ratio { get; private set; }

    /// <param name="capacity">The shard's, or the entries that it has memory for if they are fewer.</param>
    public void Resize(int capacity)
    {
        _horizon = (uint)Math.Max(8, capacity / 16);
        _interval = (uint)Math.Max(64, capacity);
        _skipped = capacity >= SampledCapacity ? 0xC000_0000 : 0;
        int length = (int)BitOperations.RoundUpToPowerOf2(_skipped == 0 ? _horizon * 2 : _horizon / 2);
        if (length != _rejected?.Length)
        {
            _rejected = new (uint, uint)[length];
        }

        Ratio = Math.Max(Ratio, MinRatio);
    }

    /// <summary>A key was asked for and not found.</summary>
    public void RecordMiss(uint hash)
    {
        uint mixed = Mix(hash);
        if ((mixed & _skipped) != 0)
        {
            return;
        }

        ref (uint Hash, uint Duel) slot = ref GetSlot(mixed);
        if (slot.Hash == hash && slot.Duel != 0 && _duels - slot.Duel <= _horizon)
        {
            _returns++;
            slot = default;
        }
    }

    /// <summary>A candidate lost its duel.</summary>
    public void RecordRejection(uint hash)
    {
        uint mixed = Mix(hash);
        if ((mixed & _skipped) != 0)
        {
            return;
        }

        _rejections++;
        GetSlot(mixed) = (hash, _duels);
    }

    /// <summary>A watched entry was read.</summary>
    public void RecordRead() => _reads++;

    /// <summary>A candidate is about to leave the window.</summary>
    /// <returns>Whether it is time to end the watch and begin another.</returns>
    public bool RecordDuel()
    {
        _duels++;
        if (_duels - _lastMove >= _interval)
        {
            Move();
        }

        if (_duels - _lastWatch < _horizon)
        {
            return false;
        }

        _lastWatch = _duels;
        return true;
    }

    /// <param name="entries">How many entries are watched from now on.</param>
    public void RecordWatch(int entries) => _watches += entries;

    private void Move()
    {
        _lastMove = _duels;
        double gain = _returns / Math.Max(1, _rejections);
        double loss = _reads / Math.Max(1, _watches);
        if (gain + loss > 0)
        {
            Ratio = Math.Clamp(Ratio + (MaxStep * (gain - loss) / (gain + loss)), MinRatio, MaxRatio);
        }

        _rejections *= Memory;
        _returns *= Memory;
        _watches *= Memory;
        _reads *= Memory;
    }

    // Low bits of a key's hash depend on low bits of the key alone, and keys that are all multiples of something are common.
    private static uint Mix(uint hash) => (hash ^ (hash >> 16)) * 0x85EBCA6B;

    private readonly ref (uint Hash, uint Duel) GetSlot(uint mixed) => ref _rejected[(mixed >> 8) & (uint)(_rejected.Length - 1)];
}
