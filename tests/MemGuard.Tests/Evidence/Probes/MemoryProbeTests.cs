using MemGuard.Costs;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Evidence.Probes;

public sealed class MemoryProbeTests
{
    private const long MB = 1 << 20;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly ScriptedHeap _heap = new();
    private readonly MemoryProbeOptions _options = new();
    private readonly OwnCosts _costs = new();
    private MemoryProblem _problem;
    private bool _isOff;

    [Fact]
    public async Task MeasureLive_Background_TellsWhatIsRetained()
    {
        LiveMeasurement measurement = await Probe().MeasureLiveAsync();

        Assert.Equal((388 * MB, 291 * MB), (measurement.BeforeBytes, measurement.LiveBytes));
        Assert.Equal(0.75, measurement.RetainedRatio);
        Assert.Equal("Probe: 388 MB → 291 MB live after a forced background gen2 (paused 1 ms): 75 % retained, not garbage", measurement.ToString());
        Assert.Equal([ProbeCollection.Background], _heap.Collected);
        Assert.Equal((1L, measurement.Pause), (_costs.GetOperations(CostOperation.Probe), _costs.GetPause(CostOperation.Probe)));
        Assert.Equal(measurement.ToString(), _logger.LatestRecord.Message);
    }

    [Fact]
    public async Task MeasureLive_MoreThanTheBudget_IsRefusedAndCollectsNothing()
    {
        MemoryProbe probe = Probe();
        for (int i = 0; i < FullCollectionBudget.MaxPerEpisode; i++)
        {
            Assert.Null((await probe.MeasureLiveAsync()).RefusedBecause);
            _time.Advance(FullCollectionBudget.Spacing);
        }

        LiveMeasurement refused = await probe.MeasureLiveAsync();

        Assert.Contains("budget is spent", refused.RefusedBecause, StringComparison.Ordinal);
        Assert.Equal(FullCollectionBudget.MaxPerEpisode, _heap.Collected.Count);
        Assert.Null(refused.LiveBytes);
    }

    [Theory]
    [InlineData(ProbeCollection.Blocking)]
    [InlineData(ProbeCollection.Aggressive)]
    public async Task MeasureLive_Forced_NeedsDevelopmentOrTheOption(ProbeCollection collection)
    {
        LiveMeasurement refused = await Probe().MeasureLiveAsync(collection);
        LiveMeasurement inDevelopment = await Probe(isDevelopment: true).MeasureLiveAsync(collection);
        _options.AllowForcedCollection = true;
        LiveMeasurement allowed = await Probe().MeasureLiveAsync(collection);

        Assert.Contains("MemGuard:Probe:AllowForcedCollection=true", refused.RefusedBecause, StringComparison.Ordinal);
        Assert.Null(inDevelopment.RefusedBecause);
        Assert.Null(allowed.RefusedBecause);
        Assert.Equal([collection, collection], _heap.Collected);
    }

    [Fact]
    public async Task MeasureLive_ForcedAgain_WaitsTenMinutes()
    {
        MemoryProbe probe = Probe(isDevelopment: true);
        await probe.MeasureLiveAsync(ProbeCollection.Blocking);
        _time.Advance(TimeSpan.FromMinutes(4));
        LiveMeasurement refused = await probe.MeasureLiveAsync(ProbeCollection.Blocking);
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(TimeSpan.FromMinutes(6), refused.RetryAfter);
        Assert.Null((await probe.MeasureLiveAsync(ProbeCollection.Blocking)).RefusedBecause);
    }

    [Fact]
    public async Task MeasureLive_PredictedPauseTooLong_SaysHowLong()
    {
        _heap.LastBlocking = new GCRecord { Index = 5, HeapSizeBytes = 100 * MB, FirstPause = TimeSpan.FromMilliseconds(100) };
        _heap.Any = new GCRecord { Index = 9, HeapSizeBytes = 400 * MB };

        LiveMeasurement refused = await Probe(isDevelopment: true).MeasureLiveAsync(ProbeCollection.Blocking);

        Assert.Contains("about 800 ms, more than MemGuard:Probe:MaxPause allows (500 ms)", refused.RefusedBecause, StringComparison.Ordinal);
        Assert.Empty(_heap.Collected);
    }

    [Fact]
    public async Task MeasureLive_NoFullCollectionKnown_PredictsTheDearestHeap()
    {
        _heap.Any = new GCRecord { Index = 9, HeapSizeBytes = 1024 * MB };

        LiveMeasurement refused = await Probe(isDevelopment: true).MeasureLiveAsync(ProbeCollection.Blocking);

        Assert.Contains("about 5154 ms", refused.RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MeasureLive_WhereItWouldHurt_IsRefused()
    {
        _problem = MemoryProblem.GCThrash;
        Assert.Contains("GC thrash", (await Probe().MeasureLiveAsync()).RefusedBecause, StringComparison.Ordinal);
        _problem = MemoryProblem.None;
        _heap.HasBackgroundCollections = false;
        Assert.Contains("concurrent collection is off", (await Probe().MeasureLiveAsync()).RefusedBecause, StringComparison.Ordinal);
        _isOff = true;
        Assert.Contains("MemGuard is off", (await Probe().MeasureLiveAsync()).RefusedBecause, StringComparison.Ordinal);
        Assert.Empty(_heap.Collected);
    }

    [Fact]
    public async Task MeasureLive_CollectionThatDoesNotEnd_GivesUpAfterAMinute()
    {
        _heap.IsStuck = true;
        MemoryProbe probe = Probe();
        Task<LiveMeasurement> measuring = probe.MeasureLiveAsync();

        LiveMeasurement beside = await probe.MeasureLiveAsync();
        while (!measuring.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Contains("another measurement is under way", beside.RefusedBecause, StringComparison.Ordinal);
        Assert.Contains("did not end within 60 s", (await measuring).RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MeasureLive_Cancelled_CanBeAskedAgain()
    {
        _heap.IsStuck = true;
        MemoryProbe probe = Probe();
        using CancellationTokenSource cancellation = new();
        Task<LiveMeasurement> measuring = probe.MeasureLiveAsync(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => measuring);
        _heap.IsStuck = false;
        _time.Advance(FullCollectionBudget.Spacing);

        Assert.Null((await probe.MeasureLiveAsync()).RefusedBecause);
    }

    [Fact]
    public async Task MeasureLive_RealHeap_FindsWhatIsKeptAndNotWhatIsDropped()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMemGuard(static options =>
        {
            options.BlackBox = false;
            options.DiagnosticReports = false;
            options.Probe.AllowForcedCollection = true;
            options.Probe.MaxPause = TimeSpan.FromMinutes(1);
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        byte[][] kept = [.. Enumerable.Range(0, 40).Select(static _ => new byte[MB])];

        LiveMeasurement measurement = await host.Services.GetRequiredService<IMemoryProbe>().MeasureLiveAsync(ProbeCollection.Blocking);

        Assert.Null(measurement.RefusedBecause);
        Assert.InRange(measurement.LiveBytes!.Value, 40 * MB, long.MaxValue);
        Assert.NotNull(measurement.WorkingSetAfterBytes);
        GC.KeepAlive(kept);
        await host.StopAsync();
    }

    private MemoryProbe Probe(bool isDevelopment = false) => new(_heap, new NativeProbe(new NativeAllocator(_heap), isDevelopment, _time), () => _isOff ? null : _options, isDevelopment, () => _problem, _time, _logger) { Costs = _costs };

    /// <summary>A heap of 388 MB, three quarters of it alive, whose collections end at once.</summary>
    private sealed class ScriptedHeap : IProbedHeap
    {
        private long _index = 10;
        private TimeSpan _pause;

        public List<ProbeCollection> Collected { get; } = [];

        public GCRecord LastBlocking { get; set; }

        public GCRecord Any { get; set; } = new() { Index = 9, HeapSizeBytes = 1 * MB };

        public bool IsStuck { get; set; }

        public bool HasBackgroundCollections { get; set; } = true;

        public long TotalMemoryBytes => 388 * MB;

        public long? WorkingSetBytes => null;

        public TimeSpan TotalPauseDuration => _pause;

        public GCRecord Read(GCKind kind) => kind switch
        {
            GCKind.Background => new GCRecord { Index = _index, HeapSizeBytes = 300 * MB, FragmentedBytes = 9 * MB },
            GCKind.FullBlocking => LastBlocking,
            _ => Any,
        };

        public void Collect(ProbeCollection collection)
        {
            Collected.Add(collection);
            _pause += TimeSpan.FromMilliseconds(1);
            _index += IsStuck ? 0 : 1;
        }
    }
}
