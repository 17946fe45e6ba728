using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>
/// Watches a stream of samples for growth that matters. All streaming state of the pipeline is here: fixed in size, nothing
/// allocated per sample. It reads no clock, logs nothing and starts no collection.
/// </summary>
internal sealed partial class TrendDetector(TrendSettings settings, TrendRules rules)
{
    /// <summary>While something is wrong its figures are made anew after this time, when somebody reads them.</summary>
    private const double RenewSeconds = 30;

    /// <summary>Stragglers are late by less; a clock that is this far behind for three samples belongs to another process life.</summary>
    private const double RestartSeconds = 30;
    private const int RestartSamples = 3;

    private readonly SignalReader _signals = new();
    private readonly GrowthChannel _live = new(MemorySeries.LiveHeap, rules.Examination.WidthsSeconds, rules.Examination);
    private readonly GrowthChannel _fragmentation = new(MemorySeries.Fragmentation, rules.Examination.WidthsSeconds, rules.Examination);
    private readonly GrowthChannel _unmanaged = new(MemorySeries.Unmanaged, rules.Examination.UnmanagedWidthsSeconds, rules.Examination);
    private readonly FastWatch _heapWatch = new(MemorySeries.Heap, rules.HeapSuspicion, settings.WarmUp.TotalSeconds);
    private readonly FastWatch _unmanagedWatch = new(MemorySeries.Unmanaged, rules.UnmanagedSuspicion, settings.WarmUp.TotalSeconds);
    private readonly CollectionWatch _fullCollections = new(rules);
    private readonly CollectionProbe _probe = new(rules.CollectionRequest);
    private readonly PeakHistory _livePeaks = new();
    private readonly CountWatch _timers = new(MemorySeries.Timers, rules.Timers);
    private readonly CountWatch _assemblies = new(MemorySeries.Assemblies, rules.Assemblies);
    private readonly NearLimitWatch _nearLimit = new();
    private readonly RetentionWatch _retention = new(rules.Retention);
    private readonly LimitHeadroom _headroom = new();
    private readonly PressureWatch _pressure = new();
    private readonly HolderWatch _holders = new(rules.Holder);

    /// <summary>The newest sample, and what was built from it or an earlier one.</summary>
    private MemorySample _sample;
    private SampleSignals _newest;
    private TrendReport? _report;
    private double _builtAt;
    private double _time = double.NegativeInfinity;
    private int _backwards;
    private bool _isFinalizerBlocked;

    public TrendDetector(TrendSettings settings)
        : this(settings, TrendRules.Default)
    {
    }

    /// <summary>May be exchanged between two samples; the warm-up is taken at the start.</summary>
    public TrendSettings Settings { get; set; } = settings;

    /// <summary>Set by <c>Replay --explain</c>; null in a service.</summary>
    public TrendTrace? Trace { get; init; }

    /// <summary>Takes the next sample. Returns the same report as before unless something changed.</summary>
    public TrendReport Observe(in MemorySample sample)
    {
        if (AcceptTime(sample.Elapsed.TotalSeconds))
        {
            _sample = sample;
            _newest = _signals.Read(sample);
            Watch(sample, _newest);
        }
        else if (_report is not null)
        {
            return _report;
        }

        return IsSame() ? _report! : Build();
    }

    /// <summary>The report with the figures of now: while something is wrong those of the last change grow old.</summary>
    public TrendReport Renew()
    {
        bool hasProblem = _report is not null && (_report.Growth is not null || _report.IsThrashing || _report.IsNearLimit);
        return hasProblem && _newest.Time - _builtAt >= RenewSeconds ? Build() : _report ?? Build();
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

        if (time < _time - RestartSeconds && ++_backwards >= RestartSamples)
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
        _probe.Clear();
        _livePeaks.Clear();
        _holders.Clear();
        _timers.Clear();
        _assemblies.Clear();
        _headroom.Clear();
    }

    // Calls of their own: where all the demands are copied in one method, the compiler takes five megabytes for it, and keeps them.
    [MethodImpl(EverySample.Compiled)]
    private void Watch(in MemorySample sample, in SampleSignals signals)
    {
        _pressure.Add(sample, signals, Settings);
        _headroom.Follow(signals);
        double lastLive = _fullCollections.LastLive;
        WatchFragmentation(signals, lastLive);
        WatchUnmanaged(signals, lastLive);
        WatchLive(signals, lastLive);
        _timers.Add(signals.Time, sample.TimerCount, Trace);
        _assemblies.Add(signals.Time, sample.AssemblyCount, Trace);
        _isFinalizerBlocked = sample.FinalizerLag is TimeSpan lag ? lag.TotalSeconds >= rules.Cause.BlockedFinalizerSeconds : _isFinalizerBlocked;
        _retention.Add(sample);
        _live.EndWhenStale(signals.Time, Settings.Rearm.TotalSeconds);
        _fragmentation.EndWhenStale(signals.Time, Settings.Rearm.TotalSeconds);
        _unmanaged.EndWhenStale(signals.Time, Settings.Rearm.TotalSeconds);
        _nearLimit.Add(signals, _headroom.Usage, _fullCollections.LastLive, Settings.NearLimitRatio, LeadingChannel() is not null);
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void WatchLive(in SampleSignals signals, double lastLive)
    {
        double time = signals.Time;
        GrowthDemands live = LiveDemands(signals, lastLive);
        live = _isFinalizerBlocked ? live.Times(rules.Cause.Factor) : EasedByClimb(live, _timers);
        _holders.Add(time, lastLive);
        GrowthDemands held = live.HeldBy(_holders.Holder);
        PointContext context = PointContext.Unknown with { Load = signals.Load };
        _live.Add(time, signals.Floor, context, held, Trace);
        if (!double.IsNaN(signals.Live))
        {
            _probe.Learn(_heapWatch.LastValue, _fullCollections.LastLive, signals.Live);
        }

        double explained = rules.Load.BaseShare * OrNone(lastLive) * (_signals.LoadOverUsual - 1);
        _heapWatch.Add(time, signals.Heap, context, live, explained, Trace);
        _livePeaks.Add(time, signals.Floor);
        _fullCollections.AddLoad(signals.Load);
        if (!double.IsNaN(signals.Live))
        {
            _fullCollections.Add(time, signals.Live, held, _heapWatch, _live, Trace);
            if (!(signals.Live < rules.HeapSuspicion.GoesOnRatio * lastLive))
            {
                _heapWatch.GoesOn(time);
            }
        }
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void WatchFragmentation(in SampleSignals signals, double lastLive)
    {
        GrowthDemands demands = LiveDemands(signals, lastLive).Times(rules.Cause.FragmentationFactor) with { Base = lastLive, Level = OrNone(lastLive), Peaks = null };
        _fragmentation.Add(signals.Time, signals.Fragmented, PointContext.Unknown with { Load = signals.Load }, demands, Trace);
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void WatchUnmanaged(in SampleSignals signals, double lastLive)
    {
        double time = signals.Time;
        GrowthDemands demands = Demands(time, _headroom.OfUnmanaged(signals), _headroom.Usage, rules.Importance.UnmanagedGrowthFactor) with
        {
            IsUnmanaged = true,
            Level = OrNone(lastLive),
            IsReclaimable = signals.IsWorkingSetOnly,
        };
        demands = EasedByClimb(demands, _assemblies);
        PointContext native = new(signals.Load, signals.NativeInUse, signals.Managed, signals.Collections);
        _unmanaged.Add(time, signals.Unmanaged, native, demands, Trace);

        // Of the working set alone nothing is suspected within minutes: files that are read fill it.
        _unmanagedWatch.Add(time, signals.IsWorkingSetOnly ? double.NaN : signals.Unmanaged, native, demands, explained: 0, Trace);
    }

    private GrowthDemands LiveDemands(in SampleSignals signals, double lastLive) =>
        Demands(signals.Time, _headroom.OfHeap(signals, lastLive), lastLive, scale: 1) with { Peaks = _livePeaks };

    private static double OrNone(double level) => double.IsNaN(level) ? 0 : level;

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private GrowthDemands Demands(double time, double headroom, double level, double scale) => new(
        time,
        LimitHeadroom.OrAssumed(headroom, level),
        scale * Settings.MinimumGrowthBytes,
        scale * Settings.MinimumGrowthRatio,
        double.NaN,
        Settings.Strictness,
        Settings.Horizon.TotalSeconds,
        IsUnmanaged: false,
        Peaks: null)
    {
        Rules = rules,
        IsHeadroomAssumed = double.IsInfinity(headroom),
    };

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private GrowthDemands EasedByClimb(in GrowthDemands demands, CountWatch count) =>
        count.IsRising ? demands with { EasedFactor = rules.Cause.Factor, EasedSpan = rules.Cause.LeastSpanSeconds } : demands;

    private bool WantsFullCollection()
    {
        if (!Settings.ConfirmWithFullCollection)
        {
            return false;
        }

        CollectionRequestRules asks = rules.CollectionRequest;
        double time = _newest.Time;
        double age = time - Math.Max(0, _fullCollections.LastTime);
        bool provesHeap = _heapWatch.IsSuspected && !_live.IsConfirmed
            && age >= Math.Max(asks.SpacingSeconds, asks.SpacingPerAge * (time - _heapWatch.Since));

        // Native memory behind finalizable handles goes when the handles are found dead.
        bool provesUnmanaged = _unmanagedWatch.IsSuspected && !_unmanaged.IsConfirmed
            && age >= Math.Max(asks.UnmanagedSpacingSeconds, asks.UnmanagedSpacingPerAge * (time - _unmanagedWatch.Since));
        provesUnmanaged |= _unmanaged.WaitsForCollection && age >= asks.HandleSpacingSeconds;

        double live = _fullCollections.LastLive;
        double headroom = LimitHeadroom.OrAssumed(_headroom.OfHeap(_newest, live), live);
        bool probes = _probe.Wants(time, age, _heapWatch.LastValue, live, headroom, Settings.MinimumGrowthBytes);
        return provesHeap || provesUnmanaged || probes;
    }
}
