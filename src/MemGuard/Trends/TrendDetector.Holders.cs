namespace MemGuard.Trends;

// Who holds the growth: asked for by the report, told by whoever can see into the heap.
internal sealed partial class TrendDetector
{
    /// <summary>Notes that the question is on its way: to be called before <see cref="TellHolder"/>, and only by whoever will.</summary>
    public void AskForHolder()
    {
        double level = Level();
        _holders.Ask(_newest.Time, level, GrowthInQuestion(), LimitHeadroom.OrAssumed(_headroom.OfHeap(_newest, _fullCollections.LastLive), level));
    }

    /// <summary>Whether the last question was answered, not too long ago: a snapshot of this growth is there to compare with.</summary>
    public bool KnowsPlaces => _holders.HasAnswer(_newest.Time);

    /// <summary>Takes the answer: the places in which memory accumulates; none where the question was refused.</summary>
    public void TellHolder(IReadOnlyList<HeldPlace> places) => _holders.Tell(_newest.Time, places, Trace);

    private bool WantsHolder() => !_live.IsConfirmed && GrowthInQuestion() > 0 && _holders.MayAsk(_newest.Time);

    /// <summary>The growth whose holder would decide something, in bytes; 0 for none.</summary>
    private double GrowthInQuestion() =>
        _live.IsProspect ? _live.ProspectGrowth
        : !double.IsNaN(_fullCollections.PassedGrowth) ? _fullCollections.PassedGrowth
        : _heapWatch.IsSuspected ? _heapWatch.Evidence.Growth
        : 0;

    private double Level() => double.IsNaN(_fullCollections.LastLive) ? _heapWatch.LastValue : _fullCollections.LastLive;
}
