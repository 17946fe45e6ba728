namespace MemGuard.Trends;

// What is reported of the watched series, and when it changes.
internal sealed partial class TrendDetector
{
    private bool IsSame()
    {
        if (_report is null)
        {
            return false;
        }

        return Leading() == (_report.Growth?.Series, _report.Growth?.Stage ?? GrowthStage.None)
            && SecondChannel()?.Series == _report.SecondGrowth?.Series
            && _report.IsThrashing == _pressure.IsThrashing
            && _report.IsNearLimit == _nearLimit.IsNear
            && (_report.Timers is not null) == _timers.IsRising
            && (_report.Assemblies is not null) == _assemblies.IsRising
            && _report.IsFinalizerBlocked == _isFinalizerBlocked
            && _report.CollectorKeepsMemory == _retention.CollectorKeeps
            && _report.AllocatorKeepsMemory == _retention.AllocatorKeeps
            && _report.WantsFullCollection == WantsFullCollection()
            && _report.WantsHolder == WantsHolder()
            && ReferenceEquals(_report.Holder, _holders.Holder);
    }

    private (MemorySeries? Series, GrowthStage Stage) Leading()
    {
        GrowthChannel? leading = LeadingChannel();
        return leading is not null ? (leading.Series, GrowthStage.Confirmed)
            : CandidateChannel() is GrowthChannel candidate ? (candidate.Series, GrowthStage.Suspected)
            : _heapWatch.IsSuspected ? (MemorySeries.Heap, GrowthStage.Suspected)
            : _unmanagedWatch.IsSuspected ? (MemorySeries.Unmanaged, GrowthStage.Suspected)
            : (null, GrowthStage.None);
    }

    /// <summary>Of several growing channels the steepest names the kind.</summary>
    private GrowthChannel? LeadingChannel() => Steepest(besides: null);

    /// <summary>The steepest of the others, where two things grow at once.</summary>
    private GrowthChannel? SecondChannel() => LeadingChannel() is GrowthChannel leading ? Steepest(leading) : null;

    private GrowthChannel? Steepest(GrowthChannel? besides)
    {
        GrowthChannel? steepest = null;
        steepest = _live == besides ? steepest : Steeper(steepest, _live);
        steepest = _unmanaged == besides ? steepest : Steeper(steepest, _unmanaged);
        return _fragmentation == besides ? steepest : Steeper(steepest, _fragmentation);
    }

    private GrowthChannel? CandidateChannel() =>
        _live.IsCandidate ? _live : _unmanaged.IsCandidate ? _unmanaged : _fragmentation.IsCandidate ? _fragmentation : null;

    private static GrowthChannel? Steeper(GrowthChannel? leading, GrowthChannel channel) =>
        channel.IsConfirmed && (leading is null || channel.Evidence.Slope.PerSecond > leading.Evidence.Slope.PerSecond) ? channel : leading;

    private TrendReport Build()
    {
        (MemorySeries? series, GrowthStage stage) = Leading();
        GrowthFact? growth = null;
        if (series is MemorySeries known)
        {
            GrowthEvidence evidence = stage == GrowthStage.Confirmed ? LeadingChannel()!.Evidence
                : CandidateChannel() is GrowthChannel candidate ? candidate.Evidence
                : known == MemorySeries.Heap ? _heapWatch.Evidence : _unmanagedWatch.Evidence;
            growth = Fact(known, stage, evidence);
        }

        GrowthFact? second = SecondChannel() is GrowthChannel other ? Fact(other.Series, GrowthStage.Confirmed, other.Evidence) : null;

        _builtAt = _newest.Time;
        MemoryTrend? timers = _timers.IsRising ? Trend(MemorySeries.Timers, _timers.Evidence) : null;
        MemoryTrend? assemblies = _assemblies.IsRising ? Trend(MemorySeries.Assemblies, _assemblies.Evidence) : null;
        MemoryTrend?[] trends = [growth?.Trend, second?.Trend, timers, assemblies];
        _report = new TrendReport
        {
            Sample = _sample,
            Trends = [.. trends.OfType<MemoryTrend>()],
            Timers = timers,
            Assemblies = assemblies,
            IsFinalizerBlocked = _isFinalizerBlocked,
            CollectorKeepsMemory = _retention.CollectorKeeps,
            AllocatorKeepsMemory = _retention.AllocatorKeeps,
            IsNearLimit = _nearLimit.IsNear,
            UsageRatio = _nearLimit.UsageRatio,
            Growth = growth,
            SecondGrowth = second,
            EndedBecause = LastEnding().Because,
            IsThrashing = _pressure.IsThrashing,
            PausePercentage = _pressure.PausePercentage,
            FullCollectionsPerSecond = _pressure.FullCollectionsPerSecond,
            HeapRatio = _pressure.HeapRatio,
            WantsFullCollection = WantsFullCollection(),
            WantsHolder = WantsHolder(),
            Holder = _holders.Holder,
        };
        return _report;
    }

    private Ending LastEnding()
    {
        Ending last = Ending.Later(_heapWatch.Ending, _unmanagedWatch.Ending);
        last = Ending.Later(last, _live.Ending);
        last = Ending.Later(last, _unmanaged.Ending);
        last = Ending.Later(last, _fragmentation.Ending);
        last = Ending.Later(last, _pressure.Ending);
        return Ending.Later(last, _nearLimit.Ending);
    }

    private GrowthFact Fact(MemorySeries series, GrowthStage stage, in GrowthEvidence evidence)
    {
        double headroom = series == MemorySeries.Unmanaged ? _headroom.OfUnmanaged(_newest) : _headroom.OfHeap(_newest, _fullCollections.LastLive);
        return new GrowthFact(stage, evidence.Rule, Trend(series, evidence), LimitForecast.From(headroom, evidence.Slope));
    }

    private static MemoryTrend Trend(MemorySeries series, in GrowthEvidence evidence) => new()
    {
        Series = series,
        Start = evidence.Start,
        End = evidence.End,
        Window = TimeSpan.FromSeconds(evidence.Between),
        PerHour = evidence.Slope.PerSecond * 3600,
        PerHourLow = evidence.Slope.Low * 3600,
        PerHourHigh = evidence.Slope.High * 3600,
        Confidence = Math.Clamp(1 - Math.Exp(-0.717 * evidence.KendallZ - (0.416 * evidence.KendallZ * evidence.KendallZ)), 0, 1),
    };
}
