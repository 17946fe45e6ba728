using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Evidence;

/// <summary>
/// Writes one line a garbage collection, from polling: no event session, and 0 bytes between collections. Of several between two samples the runtime
/// tells the last of each kind; the others are counted, with their pause, in the next line.
/// </summary>
/// <remarks><see cref="Update"/> and <see cref="Finish"/> belong to the sampling thread; <see cref="Mode"/> may be set by any.</remarks>
internal sealed class CollectionLines(ICollections collections, ILogger logger)
{
    /// <summary>A pause that a user may notice.</summary>
    public static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Collections between two samples from which each by itself says nothing: they become one summary.</summary>
    private const int ThrashCount = 20;

    /// <summary>Lines in one period after which the rest of them becomes a summary.</summary>
    private const int MaxLines = 40;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Samples for which the record of a full collection that was counted is waited for.</summary>
    private const int LongestWait = 120;

    private static readonly GCKind[] Kinds = [GCKind.Any, GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background];

    // The records of one look; the number of the last one of each kind; and those that were told last, for a collection is told under several kinds.
    private readonly List<CollectionRecord> _found = new(4);
    private readonly long[] _lastOfKind = new long[Kinds.Length];
    private readonly long[] _told = new long[16];
    private int _toldCount;

    private UntoldCollections _untold;
    private bool _isStarted;
    private int _count0;
    private int _count1;
    private int _count2;
    private TimeSpan _pause;
    private int _waiting;
    private TimeSpan _lastAt;

    private TimeSpan _periodStart;
    private int _periodLines;

    // Since when collections are summed up instead of told; null while they are told.
    private TimeSpan? _summaryStart;
    private CollectionRecord _summaryLast;

    // What MemGuard asked for itself: the first collections of these generations after this number.
    private long _ownAfter;
    private bool _isOwnGen0Awaited;
    private bool _isOwnGen2Awaited;

    private volatile int _mode;

    /// <summary>Which collections get a line.</summary>
    public GarbageCollectionLogging Mode
    {
        get => (GarbageCollectionLogging)_mode;
        set => _mode = (int)value;
    }

    /// <summary>MemGuard asks for a collection of the youngest generation and a full one: they are marked as its own.</summary>
    public void NoteOwn()
    {
        if (_isStarted && Mode != GarbageCollectionLogging.Off)
        {
            _ownAfter = collections.Read(GCKind.Any).Index;
            _isOwnGen0Awaited = _isOwnGen2Awaited = true;
        }
    }

    /// <summary>Tells of the collections since the last call.</summary>
    /// <param name="elapsed">Monotonic time of the sample.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Update(TimeSpan elapsed)
    {
        if (_mode == (int)GarbageCollectionLogging.Off)
        {
            _isStarted = false;
            return;
        }

        if (!_isStarted)
        {
            Begin(elapsed);
            return;
        }

        int counted = collections.Count(0) - _count0;
        if (counted == 0 && _waiting == 0)
        {
            EndSummary(elapsed);
            return;
        }

        Look(elapsed, counted);
    }

    /// <summary>Tells what has only been counted so far: nothing follows.</summary>
    public void Finish(TimeSpan elapsed)
    {
        if (_mode == (int)GarbageCollectionLogging.Off || !_isStarted)
        {
            return;
        }

        Update(elapsed);
        UntoldCollections rest = _untold.Take(isFullPending: false);
        if (rest.Total > 0 || rest.Pause > TimeSpan.Zero)
        {
            CollectionText.WriteRest(logger, rest);
        }
    }

    private void Begin(TimeSpan elapsed)
    {
        _isStarted = true;
        (_count0, _count1, _count2) = (collections.Count(0), collections.Count(1), collections.Count(2));
        _pause = collections.TotalPause;
        _untold = default;
        _waiting = 0;
        _summaryStart = null;
        _lastAt = elapsed;
        foreach (GCKind kind in Kinds)
        {
            Find(kind);
        }

        _found.Clear();
    }

    private void Look(TimeSpan elapsed, int counted)
    {
        // The oldest generation first: what is collected between the readings is counted too low and caught up with, never twice.
        (int count2, int count1, int count0) = (collections.Count(2), collections.Count(1), collections.Count(0));
        TimeSpan pause = collections.TotalPause;
        int full = count2 - _count2;
        _untold.Add(count0 - _count0 - (count1 - _count1), count1 - _count1 - full, full, pause - _pause);
        (_count0, _count1, _count2, _pause) = (count0, count1, count2, pause);
        FindRecords(full > 0 || _waiting > 0);
        bool sawFull = false;
        foreach (ref readonly CollectionRecord record in CollectionsMarshal.AsSpan(_found))
        {
            sawFull |= record.Generation == 2;
        }

        _waiting = sawFull ? 0 : full > 0 ? LongestWait : Math.Max(0, _waiting - 1);
        if (counted >= ThrashCount || IsPeriodFull(elapsed))
        {
            _summaryStart ??= _lastAt;
        }

        if (_summaryStart is null)
        {
            TellAll(elapsed);
        }
        else
        {
            // Counted and not told: the summary has them.
            _summaryLast = _found.Count > 0 ? _found[^1] : _summaryLast;
            EndSummary(elapsed);
        }

        if (_found.Count > 0)
        {
            _lastAt = elapsed;
        }
    }

    private void FindRecords(bool isFullExpected)
    {
        _found.Clear();
        Find(GCKind.Ephemeral);
        if (isFullExpected)
        {
            Find(GCKind.FullBlocking);
            Find(GCKind.Background);
        }

        Find(GCKind.Any);
        _found.Sort(static (a, b) => a.Index.CompareTo(b.Index));
    }

    private void Find(GCKind kind)
    {
        CollectionRecord record = collections.Read(kind);
        if (!record.IsWhole || record.Index == _lastOfKind[(int)kind])
        {
            return;
        }

        _lastOfKind[(int)kind] = record.Index;
        if (!_told.AsSpan().Contains(record.Index))
        {
            _told[_toldCount++ % _told.Length] = record.Index;
            _found.Add(record);
        }
    }

    private void TellAll(TimeSpan elapsed)
    {
        foreach (CollectionRecord record in _found)
        {
            bool isOwn = IsOwn(record);
            if (Mode == GarbageCollectionLogging.All || record.Generation == 2 || record.Pause >= LongPause)
            {
                _untold.Tell(record);
                bool isLast = record.Index == _found[^1].Index;
                CollectionText.Write(logger, record, elapsed - _lastAt, isOwn, isLast ? _untold.Take(_waiting > 0) : default);
                _periodLines++;
            }
        }
    }

    private bool IsPeriodFull(TimeSpan elapsed)
    {
        if (elapsed - _periodStart >= Period)
        {
            _periodStart = elapsed;
            _periodLines = 0;
        }

        return _periodLines >= MaxLines;
    }

    private void EndSummary(TimeSpan elapsed)
    {
        if (_summaryStart is TimeSpan start && elapsed - start >= Period)
        {
            _summaryStart = null;
            UntoldCollections all = _untold.Take(_waiting > 0);
            CollectionText.WriteSummary(logger, all, elapsed - start, _summaryLast);
        }
    }

    private bool IsOwn(in CollectionRecord record)
    {
        if (record.Index <= _ownAfter)
        {
            return false;
        }

        if (record.Generation == 2 && _isOwnGen2Awaited)
        {
            _isOwnGen2Awaited = false;
            return true;
        }

        bool isOwn = record.Generation == 0 && _isOwnGen0Awaited;
        _isOwnGen0Awaited &= !isOwn;
        return isOwn;
    }
}
