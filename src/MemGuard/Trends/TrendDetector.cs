using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>
/// Watches a stream of samples for growth that matters. All streaming state of the pipeline is here: fixed in size, nothing
/// allocated per sample. It reads no clock, logs nothing and starts no collection.
/// </summary>
internal sealed partial class TrendDetector(TrendSettings settings)
{
    private const double Megabyte = 1 << 20;
    private const double StartSeconds = 60;

    /// <summary>A healthy finalizer thread was never seen later than 8 seconds; a blocked one is late for ever.</summary>
    private const double BlockedFinalizerSeconds = 30;
    private const double RenewSeconds = 30;
    private const double RestartSeconds = 30;
    private const double CollectionSpacing = 10;

    /// <summary>Growth as a share of the base that is a leak whatever the limit. Memory outside the heap starts from little, so more is asked of it.</summary>
    private const double BigRatio = 0.45;
    private const double BigUnmanagedRatio = 0.60;

    /// <summary>Factor on the demands while what makes growth is seen as well: timers or assemblies that climb, a blocked finalizer.</summary>
    private const double CauseFactor = 0.35;

    /// <summary>
    /// Timers and assemblies climb at every start too, and those of sessions until the first ones expire, usually after twenty
    /// minutes: they count as a cause for growth of at least half an hour. No healthy start blocks the finalizer.
    /// </summary>
    private const double LeastCauseSpan = 1800;

    /// <summary>Factor for free space within the heap: churn fills it to a level, but no cache does for hours.</summary>
    private const double FragmentationFactor = 0.6;
    private const double HandleProbeSpacing = 600;

    private static readonly double[] LiveWidths = [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];
    private static readonly double[] UnmanagedWidths = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200];

    private readonly SignalReader _signals = new();
    private readonly GrowthChannel _live = new(MemorySeries.LiveHeap, LiveWidths);
    private readonly GrowthChannel _fragmentation = new(MemorySeries.Fragmentation, LiveWidths);
    private readonly GrowthChannel _unmanaged = new(MemorySeries.Unmanaged, UnmanagedWidths);
    private readonly FastWatch _heapWatch = new(MemorySeries.Heap, 8 * Megabyte, 0.10, 1, 1.02, settings.WarmUp.TotalSeconds);
    private readonly FastWatch _unmanagedWatch = new(MemorySeries.Unmanaged, 12 * Megabyte, 0.15, 4, 1.25, settings.WarmUp.TotalSeconds);
    private readonly CollectionWatch _fullCollections = new();
    private readonly CollectionProbe _probe = new();
    private readonly PeakHistory _livePeaks = new();
    private readonly CountWatch _timers = new(MemorySeries.Timers, minimumRise: 500, StartSeconds);
    private readonly CountWatch _assemblies = new(MemorySeries.Assemblies, minimumRise: 30, 2 * StartSeconds);
    private readonly NearLimitWatch _nearLimit = new();
    private readonly RetentionWatch _retention = new();
    private readonly MemoryRoom _room = new();
    private readonly PressureWatch _pressure = new();

    /// <summary>The newest sample, and what was built from it or an earlier one.</summary>
    private MemorySample _sample;
    private SampleSignals _newest;
    private TrendReport? _report;
    private double _builtAt;
    private double _time = double.NegativeInfinity;
    private int _backwards;
    private bool _isFinalizerBlocked;
    private bool _areTimersProven;

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
        _probe.Clear();
        _livePeaks.Clear();
        _timers.Clear();
        _assemblies.Clear();
        _room.Clear();
    }

    private void Watch(in MemorySample sample, in SampleSignals signals)
    {
        double time = signals.Time;
        _pressure.Add(sample, signals, Settings);
        _room.Follow(signals);
        double lastLive = _fullCollections.LastLive;
        GrowthDemands live = Demands(time, _room.OfHeap(signals, lastLive), lastLive, scale: 1, BigRatio) with { Peaks = _livePeaks };
        GrowthDemands fragmentation = live.Times(FragmentationFactor) with { Base = lastLive, Peaks = null };
        live = _isFinalizerBlocked ? live.Times(CauseFactor) : EasedByClimb(live, _timers);
        GrowthDemands unmanaged = Demands(time, _room.OfUnmanaged(signals), _room.Usage, scale: 2, BigUnmanagedRatio) with { IsUnmanaged = true };
        unmanaged = EasedByClimb(unmanaged, _assemblies);
        PointContext context = PointContext.Unknown with { Load = signals.Load };
        PointContext native = new(signals.Load, signals.NativeInUse, signals.Managed, signals.Collections);
        _live.Add(time, signals.Floor, context, live, Trace);
        _fragmentation.Add(time, signals.Fragmented, context, fragmentation, Trace);
        _unmanaged.Add(time, signals.Unmanaged, native, unmanaged, Trace);
        _timers.Add(time, sample.TimerCount, Trace);
        _assemblies.Add(time, sample.AssemblyCount, Trace);
        _isFinalizerBlocked = sample.FinalizerLag is TimeSpan lag ? lag.TotalSeconds >= BlockedFinalizerSeconds : _isFinalizerBlocked;
        _retention.Add(sample);
        if (!double.IsNaN(signals.Live))
        {
            _probe.Learn(_heapWatch.LastValue, _fullCollections.LastLive, signals.Live);
        }

        _heapWatch.Add(time, signals.Heap, context, live.Room, Settings.Strictness, Trace);
        _unmanagedWatch.Add(time, signals.Unmanaged, native, unmanaged.Room, Settings.Strictness, Trace);

        _livePeaks.Add(time, signals.Floor);
        _fullCollections.AddLoad(signals.Load);
        if (!double.IsNaN(signals.Live))
        {
            _fullCollections.Add(time, signals.Live, live, _heapWatch, _live, Trace);
        }

        _areTimersProven = _timers.IsRising && (_areTimersProven || _fullCollections.RisesSince(_timers.Since));
        _live.EndWhenStale(time, Settings.Rearm.TotalSeconds);
        _fragmentation.EndWhenStale(time, Settings.Rearm.TotalSeconds);
        _unmanaged.EndWhenStale(time, Settings.Rearm.TotalSeconds);
        _nearLimit.Add(signals, _room.Usage, _fullCollections.LastLive, Settings.NearLimitRatio, LeadingChannel() is not null);
    }

    private GrowthDemands Demands(double time, double room, double level, double scale, double bigRatio) => new(
        time,
        MemoryRoom.OrAssumed(room, level),
        scale * Settings.MinimumGrowthBytes,
        scale * Settings.MinimumGrowthRatio,
        bigRatio,
        double.NaN,
        Settings.Strictness,
        Settings.Horizon.TotalSeconds,
        IsUnmanaged: false,
        Peaks: null)
    {
        IsRoomAssumed = double.IsInfinity(room),
    };

    private static GrowthDemands EasedByClimb(in GrowthDemands demands, CountWatch count) =>
        count.IsRising ? demands with { EasedFactor = CauseFactor, EasedSpan = LeastCauseSpan } : demands;

    private bool WantsFullCollection()
    {
        if (!Settings.ConfirmWithFullCollection)
        {
            return false;
        }

        double time = _newest.Time;
        double age = time - Math.Max(0, _fullCollections.LastTime);
        bool provesHeap = _heapWatch.IsSuspected && !_live.IsConfirmed
            && age >= Math.Max(CollectionSpacing, (time - _heapWatch.Since) / 4);

        // Native memory behind finalizable handles goes when the handles are found dead.
        bool provesUnmanaged = _unmanagedWatch.IsSuspected && !_unmanaged.IsConfirmed
            && age >= Math.Max(3 * CollectionSpacing, (time - _unmanagedWatch.Since) / 2);
        provesUnmanaged |= _unmanaged.WaitsForCollection && age >= HandleProbeSpacing;

        double live = _fullCollections.LastLive;
        double room = MemoryRoom.OrAssumed(_room.OfHeap(_newest, live), live);
        bool probes = _probe.Wants(time, age, _heapWatch.LastValue, live, room, 2 * Settings.MinimumGrowthBytes);
        bool provesTimers = _timers.IsRising && !_areTimersProven && age >= Math.Max(CollectionSpacing, (time - _timers.Since) / 4);
        return provesHeap || provesUnmanaged || provesTimers || probes;
    }
}
