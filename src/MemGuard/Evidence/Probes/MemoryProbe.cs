using System.Globalization;
using MemGuard.Costs;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;

namespace MemGuard.Evidence;

/// <summary>Forces a collection within its budget and measures what it leaves.</summary>
/// <param name="heap">The heap.</param>
/// <param name="native">The native allocator's part.</param>
/// <param name="readOptions">The options as of now; null while MemGuard is off.</param>
/// <param name="isDevelopment">Whether this is the Development environment.</param>
/// <param name="readProblem">The problem that the process has now.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where the line goes.</param>
internal sealed class MemoryProbe(IProbedHeap heap, NativeProbe native, Func<MemoryProbeOptions?> readOptions, bool isDevelopment, Func<MemoryProblem> readProblem, TimeProvider timeProvider, ILogger logger) : IMemoryProbe
{
    /// <summary>Collections that stop the process are at least this far apart.</summary>
    public static readonly TimeSpan ForcedSpacing = TimeSpan.FromMinutes(10);

    /// <summary>How long a background collection is waited for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>The dearest heap that was measured: small objects of 50 bytes, 120 ns each.</summary>
    private const double SecondsAByte = 120e-9 / 50;

    /// <summary>Guards the fields below.</summary>
    private readonly Lock _gate = new();
    private readonly FullCollectionBudget _budget = new();
    private readonly long _start = timeProvider.GetTimestamp();
    private TimeSpan? _forcedAt;
    private bool _isMeasuring;

    /// <summary>Where what a probe costs is added.</summary>
    public OwnCosts Costs { get; init; } = OwnCosts.OfProcess;

    private TimeSpan Now => timeProvider.GetElapsedTime(_start);

    public async Task<LiveMeasurement> MeasureLiveAsync(ProbeCollection collection = ProbeCollection.Background, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(collection))
        {
            throw new ArgumentOutOfRangeException(nameof(collection), collection, "Must be Background, Blocking or Aggressive.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (TryBegin(collection) is { } refusal)
        {
            Containment.Run(() => Log.ProbeRefused(logger, refusal.RefusedBecause!));
            return refusal;
        }

        try
        {
            LiveMeasurement measurement = await MeasureAsync(collection, cancellationToken).ConfigureAwait(false);
            Containment.Run(() => Log.Probed(logger, measurement.ToString()));
            return measurement;
        }
        finally
        {
            lock (_gate)
            {
                _isMeasuring = false;
            }
        }
    }

    public async Task<NativeMeasurement> MeasureNativeAsync(bool trim = false, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        NativeMeasurement measurement = readOptions() is { } options
            ? await Task.Run(() => native.Measure(trim, options), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false)
            : new NativeMeasurement { RefusedBecause = "MemGuard is off" };
        Containment.Run(() =>
        {
            if (measurement.RefusedBecause is { } reason)
            {
                Log.ProbeRefused(logger, reason);
            }
            else
            {
                Log.Probed(logger, measurement.ToString());
            }
        });
        return measurement;
    }

    private LiveMeasurement? TryBegin(ProbeCollection collection)
    {
        lock (_gate)
        {
            LiveMeasurement? refusal = readOptions() is not { } options
                ? Refuse(collection, "MemGuard is off")
                : _isMeasuring ? Refuse(collection, "another measurement is under way")
                : readProblem() == MemoryProblem.GCThrash
                    ? Refuse(collection, "the process already spends its time in collections (GC thrash)")
                    : collection == ProbeCollection.Background ? TryBeginBackground() : TryBeginForced(collection, options);
            _isMeasuring |= refusal is null;
            return refusal;
        }
    }

    private LiveMeasurement? TryBeginBackground()
    {
        if (!heap.HasBackgroundCollections)
        {
            return Refuse(ProbeCollection.Background, "concurrent collection is off (DOTNET_gcConcurrent=0 or a no-GC region), so a background collection would stop the process; ask for a blocking one");
        }

        return _budget.TryTake(Now)
            ? null
            : Refuse(ProbeCollection.Background, "the budget is spent: six at least 10 s apart, then none for 10 minutes, 24 a day", FullCollectionBudget.Rest);
    }

    private LiveMeasurement? TryBeginForced(ProbeCollection collection, MemoryProbeOptions options)
    {
        if (!isDevelopment && !options.AllowForcedCollection)
        {
            return Refuse(collection, "a collection that stops the process needs the Development environment or MemGuard:Probe:AllowForcedCollection=true");
        }

        if (_forcedAt is { } last && Now - last < ForcedSpacing)
        {
            return Refuse(collection, "one in 10 minutes may stop the process", ForcedSpacing - (Now - last));
        }

        TimeSpan predicted = Predict(collection);
        if (predicted > options.MaxPause)
        {
            return Refuse(collection, string.Create(
                CultureInfo.InvariantCulture,
                $"it would stop the process for about {predicted.TotalMilliseconds:0} ms, more than MemGuard:Probe:MaxPause allows ({options.MaxPause.TotalMilliseconds:0} ms)"));
        }

        _forcedAt = Now;
        return null;
    }

    // By the last collection of its kind, as the heap has grown since; without one by the dearest heap that was measured. Two collections are made.
    private TimeSpan Predict(ProbeCollection collection)
    {
        const double aggressiveFactor = 1.7;
        GCRecord last = heap.Read(GCKind.FullBlocking);
        long live = Math.Max(heap.Read(GCKind.Any).LiveBytes, last.LiveBytes);
        TimeSpan one = last is { Index: > 0, LiveBytes: > 0 } ? last.FirstPause * ((double)live / last.LiveBytes) : TimeSpan.FromSeconds(live * SecondsAByte);
        return one + (one * (collection == ProbeCollection.Aggressive ? aggressiveFactor : 1));
    }

    private async Task<LiveMeasurement> MeasureAsync(ProbeCollection collection, CancellationToken cancellationToken)
    {
        long before = heap.TotalMemoryBytes;
        long? workingSet = heap.WorkingSetBytes;
        TimeSpan pause = heap.TotalPauseDuration;
        long lastIndex = Math.Max(heap.Read(GCKind.Background).Index, heap.Read(GCKind.FullBlocking).Index);
        Costs.AddOperation(CostOperation.Probe, TimeSpan.Zero);
        if (collection == ProbeCollection.Background)
        {
            heap.Collect(collection);
        }
        else
        {
            // Not on the caller's thread: it waits for finalizers.
            await Task.Run(() => heap.Collect(collection), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (await WaitForFullAsync(lastIndex, cancellationToken).ConfigureAwait(false) is not { } full)
        {
            return Refuse(collection, $"the collection did not end within {LongestWait.TotalSeconds:0} s");
        }

        TimeSpan paused = heap.TotalPauseDuration - pause;
        Costs.AddPause(CostOperation.Probe, paused);
        return new LiveMeasurement
        {
            Collection = collection,
            BeforeBytes = before,
            LiveBytes = full.LiveBytes,
            WorkingSetBeforeBytes = workingSet,
            WorkingSetAfterBytes = heap.WorkingSetBytes,
            Pause = paused,
        };
    }

    // The record of a background collection is filled when it ends, on a thread of the garbage collector's.
    private async Task<GCRecord?> WaitForFullAsync(long lastIndex, CancellationToken cancellationToken)
    {
        long begun = timeProvider.GetTimestamp();
        while (true)
        {
            GCRecord background = heap.Read(GCKind.Background);
            GCRecord blocking = heap.Read(GCKind.FullBlocking);
            GCRecord newest = background.Index > blocking.Index ? background : blocking;
            if (newest.Index > lastIndex)
            {
                return newest;
            }

            if (timeProvider.GetElapsedTime(begun) >= LongestWait)
            {
                return null;
            }

            await Task.Delay(PollPeriod, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static LiveMeasurement Refuse(ProbeCollection collection, string because, TimeSpan? retryAfter = null) =>
        new() { Collection = collection, RefusedBecause = because, RetryAfter = retryAfter };
}
