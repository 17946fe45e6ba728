using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>
/// Follows the collections by polling: it reads the costly records only when a counter moved, and keeps reading while a background
/// collection that was counted has not reported its sizes yet.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class GCTracker(IGCCounters counters)
{
    /// <summary>Reads after which a counted full collection is no longer waited for; the periodic re-read still finds it.</summary>
    private const int LongestWaitInReads = 120;

    /// <summary>After several full collections between two reads, one may have reported and another still be running.</summary>
    private const int ReadsAfterSeveral = 5;

    private readonly GCRecord[] _earlierBackground = new GCRecord[FullCollection.RememberedBackgroundRecords];
    private int _earlierBackgroundCount;
    private GCRecord _background;
    private int _allCount = -1;
    private int _gen2Count;

    // How many more reads the full records are worth: > 0 while a counted collection has not reported.
    private int _waitingReads;

    // Reads that must follow even if a record advances.
    private int _certainReads;

    /// <summary>The most recent collection of any kind; its index is 0 before the first, and may go backwards when a background collection ends.</summary>
    public GCRecord Any { get; private set; }

    /// <summary>The most recent full collection whose sizes passed the cross-check; null before the first.</summary>
    public GCRecord? Full { get; private set; }

    /// <summary>Reads what may have changed. Allocates nothing when no collection happened.</summary>
    /// <param name="refresh">Whether to read every record though no counter moved: the end of a background collection moves none.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Update(bool refresh)
    {
        int allCount = counters.CollectionCount(0);
        int gen2Count = counters.CollectionCount(2);
        bool isNew = allCount != _allCount;
        if (gen2Count != _gen2Count)
        {
            _certainReads = gen2Count - _gen2Count > 1 ? ReadsAfterSeveral : 0;
            _waitingReads = LongestWaitInReads;
        }

        bool readsFull = refresh || _waitingReads > 0 || _certainReads > 0;
        if (readsFull)
        {
            ReadFull();
        }
        else if (isNew)
        {
            Any = counters.Read(GCKind.Any);
        }

        // Only now: a seam that throws above must not lose the change.
        _allCount = allCount;
        _gen2Count = gen2Count;
    }

    private void ReadFull()
    {
        // The background record first: a blocking collection between the reads would otherwise leave its index in the background
        // record, with other sizes, and be missing from the blocking one.
        GCRecord background = counters.Read(GCKind.Background);
        GCRecord blocking = counters.Read(GCKind.FullBlocking);
        Any = counters.Read(GCKind.Any);
        Remember(background);

        _waitingReads = Math.Max(0, _waitingReads - 1);
        _certainReads = Math.Max(0, _certainReads - 1);
        ReadOnlySpan<GCRecord> earlier = _earlierBackground.AsSpan(0, _earlierBackgroundCount);
        if (FullCollection.TrySelect(blocking, background, Any, earlier, out GCRecord full) && full.Index > (Full?.Index ?? 0))
        {
            Full = full;
            _waitingReads = 0;
        }
    }

    private void Remember(in GCRecord background)
    {
        if (background.Index == _background.Index)
        {
            _background = background;
            return;
        }

        if (_background.Index > 0)
        {
            _earlierBackground.AsSpan(0, _earlierBackground.Length - 1).CopyTo(_earlierBackground.AsSpan(1));
            _earlierBackground[0] = _background;
            _earlierBackgroundCount = Math.Min(_earlierBackgroundCount + 1, _earlierBackground.Length);
        }

        _background = background;
    }
}
