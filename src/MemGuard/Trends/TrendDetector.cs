using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>
/// Watches a stream of samples for growth that matters. All streaming state of the pipeline is here: fixed in size, nothing
/// allocated per sample. It reads no clock, logs nothing and starts no collection.
/// </summary>
internal sealed class TrendDetector(TrendSettings settings)
{
    private const double Megabyte = 1 << 20;
    private const double RestartSeconds = 30;
    private const double CollectionSpacing = 10;

    private static readonly double[] LiveWidths = [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];
    private static readonly double[] UnmanagedWidths = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];

    private readonly SignalReader _signals = new();
    private readonly GrowthChannel _live = new(MemorySeries.LiveHeap, LiveWidths);
    private readonly GrowthChannel _fragmentation = new(MemorySeries.Fragmentation, LiveWidths);
    private readonly GrowthChannel _unmanaged = new(MemorySeries.Unmanaged, UnmanagedWidths);
    private readonly FastWatch _heapWatch = new(MemorySeries.Heap, 8 * Megabyte, 0.10, 1, 1.02, settings.WarmUp.TotalSeconds);
    private readonly FastWatch _unmanagedWatch = new(MemorySeries.Unmanaged, 12 * Megabyte, 0.15, 4, 1.25, settings.WarmUp.TotalSeconds);
    private readonly PressureWatch _pressure = new();
    private ReadingRing _fullCollections;
    private TrendReport? _report;
    private double _time = double.NegativeInfinity;
    private int _backwards;
    private double _usage = double.NaN;
    private int _readingPasses;

    /// <summary>May be exchanged between two samples; the warm-up is taken at the start.</summary>
    public TrendSettings Settings { get; set; } = settings;

    /// <summary>Set by <c>Replay --explain</c>; null in a service.</summary>
    public TrendTrace? Trace { get; init; }

    /// <summary>Takes the next sample. Returns the same report as before unless something changed.</summary>
    public TrendReport Observe(in MemorySample sample)
    {
        if (!AcceptTime(sample.Elapsed.TotalSeconds))
        {
            return _report ?? Build(sample, default);
        }

        SampleSignals signals = _signals.Read(sample);
        Watch(sample, signals);
        return IsSame(signals) ? _report! : Build(sample, signals);
    }

    /// <summary>Duplicates and stragglers are dropped; a clock that stays behind means another process life.</summary>
    private bool AcceptTime(double time)
    {
        if (time > _time)
        {
            _time = time;
            _backwards = 0;
            return true;
        }

        if (time < _time - RestartSeconds && ++_backwards >= 3)
        {
            Clear();
            _time = time;
            return true;
        }

        return false;
    }

    private void Clear()
    {
        _backwards = 0;
        _live.Clear();
        _fragmentation.Clear();
        _unmanaged.Clear();
        _heapWatch.Clear();
        _unmanagedWatch.Clear();
        _fullCollections.Clear();
        _readingPasses = 0;
    }

    private void Watch(in MemorySample sample, in SampleSignals signals)
    {
        double time = signals.Time;
        _pressure.Add(sample, signals, Settings.PausePercentage);
        if (!double.IsNaN(signals.Usage))
        {
            // Follows a lower level at once and a higher one slowly: garbage comes and goes.
            _usage = double.IsNaN(_usage) || signals.Usage < _usage ? signals.Usage : _usage + (0.1 * (signals.Usage - _usage));
        }

        GrowthDemands live = Demands(signals, HeapRoom(signals), Settings.MinimumGrowthBytes, Settings.MinimumGrowthRatio, 0.45);
        GrowthDemands unmanaged = Demands(signals, ContainerRoom(signals), 2 * Settings.MinimumGrowthBytes, 2 * Settings.MinimumGrowthRatio, 0.60);
        _live.Add(time, signals.Live, signals.Load, double.NaN, live, Trace);
        _fragmentation.Add(time, signals.Fragmented, signals.Load, double.NaN, live with { Base = _fullCollections.LastValue }, Trace);
        _unmanaged.Add(time, signals.Unmanaged, signals.Load, signals.NativeInUse, unmanaged, Trace);
        _heapWatch.Add(time, signals.Heap, double.NaN, live.Room, Settings.Strictness, Trace);
        _unmanagedWatch.Add(time, signals.Unmanaged, signals.NativeInUse, unmanaged.Room, Settings.Strictness, Trace);

        if (!double.IsNaN(signals.Live))
        {
            _fullCollections.Add(time, signals.Live);
            JudgeFullCollections(time, live.Room);
        }

        _live.EndWhenStale(time, Settings.Rearm.TotalSeconds);
        _fragmentation.EndWhenStale(time, Settings.Rearm.TotalSeconds);
        _unmanaged.EndWhenStale(time, Settings.Rearm.TotalSeconds);
    }

    private GrowthDemands Demands(in SampleSignals signals, double room, double minimumGrowth, double minimumRatio, double bigRatio) => new(
        signals.Time, room, minimumGrowth, minimumRatio, bigRatio, double.NaN, Settings.Strictness, Settings.Horizon.TotalSeconds);

    private double ContainerRoom(in SampleSignals signals) => double.IsNaN(_usage) ? signals.Limit : signals.Limit - _usage;

    private double HeapRoom(in SampleSignals signals)
    {
        double live = double.IsNaN(signals.Live) ? _fullCollections.LastValue : signals.Live;
        double room = double.IsNaN(live) ? signals.HeapLimit : signals.HeapLimit - live;
        return Math.Min(room, ContainerRoom(signals));
    }

    /// <summary>Full collections in quick succession, during a suspicion: they confirm it within a minute, or withdraw it.</summary>
    private void JudgeFullCollections(double time, double room)
    {
        if (!_heapWatch.IsSuspected)
        {
            _readingPasses = 0;
            return;
        }

        Span<double> times = stackalloc double[ReadingRing.Capacity];
        Span<double> values = stackalloc double[ReadingRing.Capacity];
        int all = _fullCollections.CopySince(double.NegativeInfinity, times, values);
        double lowest = double.PositiveInfinity;
        foreach (double value in values[..all])
        {
            lowest = Math.Min(lowest, value);
        }

        int count = _fullCollections.CopySince(_heapWatch.Since, times, values);
        if (count < 2)
        {
            return;
        }

        times = times[..count];
        values = values[..count];
        SlopeInterval slope = RobustSlope.SenInterval(times, values);
        double span = times[^1] - times[0];
        double expected = _heapWatch.Evidence.Slope.PerSecond * (times[^1] - times[^2]);
        if (values[^1] - values[^2] < 0.2 * expected && times[^1] - times[^2] >= 8 && expected > 0.01 * values[^2])
        {
            _heapWatch.Withdraw(time, "full collections show a plateau", Trace);
            return;
        }

        if (count < 5 || span < 35)
        {
            return;
        }

        double second = RobustSlope.Sen(times[(count / 2)..], values[(count / 2)..]);
        double growth = values[^1] - lowest;
        GrowthEvidence evidence = new()
        {
            Points = count,
            Span = span,
            Start = values[0],
            End = values[^1],
            Growth = growth,
            Urgency = double.IsInfinity(room) ? 0 : growth / (growth + Math.Max(0, room)),
            HalfSlopeRatio = second / slope.PerSecond,
            Slope = slope,
            KendallZ = RobustSlope.KendallZ(values),
            Rule = GrowthRule.FullCollections,
        };
        bool isSoon = evidence.Urgency >= 0.2 * Settings.Strictness && room / slope.PerSecond < 900;
        bool passes = slope.Low > 0 && evidence.KendallZ > 2 && evidence.HalfSlopeRatio >= 0.7
            && (isSoon || evidence.Urgency >= 0.33 * Settings.Strictness);
        Trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        _readingPasses = passes ? _readingPasses + 1 : 0;
        if (_readingPasses >= 2)
        {
            _live.Confirm(time, evidence);
        }
    }

    private bool WantsFullCollection(double time) =>
        Settings.ConfirmWithFullCollection && _heapWatch.IsSuspected && !_live.IsConfirmed
        && time - _fullCollections.LastTime >= Math.Max(CollectionSpacing, (time - _heapWatch.Since) / 4);

    private bool IsSame(in SampleSignals signals)
    {
        if (_report is null)
        {
            return false;
        }

        return Leading() == (_report.Growth?.Series, _report.Growth?.Stage ?? GrowthStage.None)
            && _report.IsThrashing == _pressure.IsThrashing
            && _report.WantsFullCollection == WantsFullCollection(signals.Time);
    }

    private (MemorySeries? Series, GrowthStage Stage) Leading()
    {
        GrowthChannel? leading = LeadingChannel();
        return leading is not null ? (leading.Series, GrowthStage.Confirmed)
            : _heapWatch.IsSuspected ? (MemorySeries.Heap, GrowthStage.Suspected)
            : _unmanagedWatch.IsSuspected ? (MemorySeries.Unmanaged, GrowthStage.Suspected)
            : (null, GrowthStage.None);
    }

    /// <summary>Of several growing channels the steepest names the kind.</summary>
    private GrowthChannel? LeadingChannel()
    {
        GrowthChannel? leading = null;
        leading = Steeper(leading, _live);
        leading = Steeper(leading, _unmanaged);
        return Steeper(leading, _fragmentation);
    }

    private static GrowthChannel? Steeper(GrowthChannel? leading, GrowthChannel channel) =>
        channel.IsConfirmed && (leading is null || channel.Evidence.Slope.PerSecond > leading.Evidence.Slope.PerSecond) ? channel : leading;

    private TrendReport Build(in MemorySample sample, in SampleSignals signals)
    {
        (MemorySeries? series, GrowthStage stage) = Leading();
        GrowthFact? growth = null;
        if (series is MemorySeries known)
        {
            GrowthEvidence evidence = stage == GrowthStage.Confirmed ? LeadingChannel()!.Evidence
                : known == MemorySeries.Heap ? _heapWatch.Evidence : _unmanagedWatch.Evidence;
            double room = known == MemorySeries.Unmanaged ? ContainerRoom(signals) : HeapRoom(signals);
            growth = new GrowthFact(stage, evidence.Rule, Trend(known, evidence), LimitForecast.From(room, evidence.Slope));
        }

        _report = new TrendReport
        {
            Sample = sample,
            Growth = growth,
            IsThrashing = _pressure.IsThrashing,
            PausePercentage = _pressure.PausePercentage,
            FullCollectionsPerSecond = _pressure.FullCollectionsPerSecond,
            HeapRatio = _pressure.HeapRatio,
            WantsFullCollection = WantsFullCollection(signals.Time),
        };
        return _report;
    }

    private static MemoryTrend Trend(MemorySeries series, in GrowthEvidence evidence) => new(
        series,
        evidence.Start,
        evidence.End,
        TimeSpan.FromSeconds(evidence.Span),
        evidence.Slope.PerSecond * 3600,
        evidence.Slope.Low * 3600,
        evidence.Slope.High * 3600,
        Math.Clamp(1 - Math.Exp(-0.717 * evidence.KendallZ - (0.416 * evidence.KendallZ * evidence.KendallZ)), 0, 1));
}
