using System.Runtime.CompilerServices;
using MemGuard.Alerts;
using MemGuard.Containers;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>A session's diagnostic reports: writes one when a problem is confirmed, and one when the process dies of an exception.</summary>
/// <remarks>
/// What they tell is put together when the first one may be needed: a small process far from its limits never pays for it.
/// <see cref="Update"/> belongs to the sampling thread, <see cref="Note"/> to the alerts'; <see cref="Create"/> is thread-safe.
/// </remarks>
internal sealed class SessionReports : IDisposable
{
    private const int MaxAlerts = 8;

    /// <summary>What is dear to read is read again with a full collection at most this often.</summary>
    private static readonly TimeSpan InventoryPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Reports of confirmed problems are at least this far apart.</summary>
    private static readonly TimeSpan ConfirmedPeriod = TimeSpan.FromHours(1);

    private static readonly Lock ListeningGate = new();

    /// <summary>Whose reports tell of the end of this process: of two hosts the first's.</summary>
    private static SessionReports? _listening;

    private readonly ReportHistory _rows = new();
    private readonly SampleHistory _history;
    private readonly ReportInventory _inventory;
    private readonly HostFacts _host;
    private readonly Func<ReportedSelf> _readSelf;
    private readonly long _fillableBytes;
    private readonly string? _directory;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly InternalFaults _faults;

    /// <summary>Guards the composer, which two callers may want at once.</summary>
    private readonly Lock _gate = new();
    private ReportComposer? _composer;

    /// <summary>Guards what is told, and what it is made from.</summary>
    private readonly Lock _factsGate = new();

    /// <summary>What is told; null until a report may be needed.</summary>
    private volatile ReportFacts? _facts;
    private MemGuardOptions _options;
    private MemoryDiagnosis? _diagnosis;
    private MemoryLimitAdvice? _advice;
    private PreviousRun? _previousRun;
    private DateTimeOffset? _startedAt;

    private LastReport? _last;
    private ReportDirectory? _place;
    private bool _isPlaceSought;
    private bool _isReady;
    private long? _fullCollections;
    private TimeSpan? _inventoryAt;
    private TimeSpan? _confirmedAt;

    /// <param name="options">The options as of the start.</param>
    /// <param name="folder">Where they lie unless the options say where; null for the place of black boxes.</param>
    /// <param name="host">What does not change.</param>
    /// <param name="history">The samples.</param>
    /// <param name="readSelf">Reads MemGuard's own cost; must not allocate.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where the lines go. It must not block.</param>
    /// <param name="faults">Hears of what fails.</param>
    public SessionReports(MemGuardOptions options, string? folder, HostFacts host, SampleHistory history, Func<ReportedSelf> readSelf, TimeProvider timeProvider, ILogger logger, InternalFaults faults)
    {
        _directory = options.DiagnosticReports ? BlackBoxPlace.Find(options.BlackBoxDirectory ?? folder) : null;
        _timeProvider = timeProvider;
        _logger = logger;
        _faults = faults;
        _inventory = new ReportInventory(SystemFiles.Instance, faults);
        _host = host;
        _history = history;
        _readSelf = readSelf;
        _fillableBytes = EndPrediction.FillableWithin(options.SamplingInterval);
        _options = options;
    }

    /// <summary>Takes over the options that a report shows.</summary>
    public void TakeOver(MemGuardOptions options)
    {
        lock (_factsGate)
        {
            _options = options;
            _facts?.Settings = ReportMapping.Of(options);
        }
    }

    /// <summary>Takes note of a sample. Allocates nothing unless something else than figures has changed.</summary>
    [MethodImpl(EverySample.Compiled)]
    public void Update(in MemorySample sample, MemoryDiagnosis diagnosis, MemoryLimitAdvice advice, PreviousRun? previousRun)
    {
        _rows.Add(sample);
        if (!ReferenceEquals(diagnosis, _diagnosis) || !ReferenceEquals(advice, _advice))
        {
            TakeOver(diagnosis, advice);
        }

        if (!_isPlaceSought)
        {
            // Once, after the first sample is judged: a host that starts has other things to do.
            _isPlaceSought = true;
            TakeOver(previousRun, sample.Timestamp > DateTimeOffset.UnixEpoch ? sample.Timestamp - sample.Elapsed : null);
            Prepare(sample.Timestamp, previousRun);
        }

        if (!_isReady && _last is not null && EndPrediction.HasRoom(sample) && (diagnosis.Problem != MemoryProblem.None || EndPrediction.MayEndSoon(sample, _fillableBytes)))
        {
            _last.MakeReady(ReadFacts());
            _isReady = true;
        }

        if (_facts is not null && IsInventoryDue(sample))
        {
            RefreshInventory(_facts, sample.Elapsed);
        }
    }

    /// <summary>Takes note of an alert that was written; a confirmed one gets a report.</summary>
    public void Note(MemoryAlert alert)
    {
        ReportFacts facts = GetFacts();
        facts.Alerts = [ReportMapping.Of(alert), .. facts.Alerts.Take(MaxAlerts - 1)];
        if (alert.Stage == AlertStage.Resolved)
        {
            facts.Suspects = [];
        }
        else if (alert.Suspects.Count > 0)
        {
            facts.Suspects = [.. alert.Suspects.Select(ReportMapping.Of)];
        }

        if (alert.Stage == AlertStage.Confirmed && _place is { } place && !(_confirmedAt is { } last && alert.Elapsed - last < ConfirmedPeriod))
        {
            _confirmedAt = alert.Elapsed;
            _faults.Run("the diagnostic report", () => Save(place));
        }
    }

    /// <summary>Makes a report now.</summary>
    public DiagnosticReport Create(ReportCause cause)
    {
        lock (_gate)
        {
            ReportFacts facts = ReadFacts();
            _composer ??= new ReportComposer();
            DateTimeOffset now = _timeProvider.GetUtcNow();
            byte[] json = _composer.Compose(facts, cause, now).ToArray();
            return new DiagnosticReport { Cause = cause, WrittenAt = now, Utf8Json = json, Truncated = [.. _composer.Truncated] };
        }
    }

    public void Dispose()
    {
        lock (ListeningGate)
        {
            _last?.Dispose();
            if (ReferenceEquals(_listening, this))
            {
                _listening = null;
            }
        }

        lock (_gate)
        {
            _composer?.Dispose();
            _composer = null;
        }
    }

    private void Save(ReportDirectory place)
    {
        DiagnosticReport report = Create(ReportCause.Confirmed);
        string path = place.GetPath(report.Cause, report.WrittenAt, Environment.ProcessId);
        place.Write(path, report.Utf8Json.Span, report.WrittenAt);
        Evidence.Log.ReportWritten(_logger, VisibleText.Of(path));
    }

    // Separate, so that its code is only compiled once and not kept with that of every sample.
    private void Prepare(DateTimeOffset now, PreviousRun? previousRun)
    {
        if (_directory is null)
        {
            return;
        }

        ReportDirectory place = new(_directory);
        try
        {
            if (place.Prepare() is { } danger)
            {
                Evidence.Log.ReportsOff(_logger, VisibleText.Of(danger));
                return;
            }

            place.DeleteOldest(now);
            _place = place;
            if (previousRun is { ProcessId: int id, StartedAt: { } startedAt } && place.FindLast(id, startedAt) is { } path)
            {
                Evidence.Log.LastReportFound(_logger, id, VisibleText.Of(path));
            }

            ListenForTheEnd(place, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Evidence.Log.ReportsOff(_logger, VisibleText.Of(exception.Message));
        }
    }

    private void ListenForTheEnd(ReportDirectory place, DateTimeOffset now)
    {
        lock (ListeningGate)
        {
            if (_listening is null)
            {
                _listening = this;
                _last = new LastReport(place, _startedAt ?? now, _timeProvider, ReadFacts);
                _last.Listen();
            }
        }
    }

    // With a full collection, whose sample may cost something: a service at rest allocates nothing.
    private bool IsInventoryDue(in MemorySample sample)
    {
        bool isDue = _inventoryAt is not { } at || (sample.Gen2CollectionCount != _fullCollections && sample.Elapsed - at >= InventoryPeriod);
        _fullCollections = sample.Gen2CollectionCount;
        return isDue;
    }

    private void RefreshInventory(ReportFacts facts, TimeSpan elapsed)
    {
        _inventoryAt = elapsed;
        facts.Inventory = _inventory.Read(elapsed);
    }

    private void TakeOver(MemoryDiagnosis diagnosis, MemoryLimitAdvice advice)
    {
        lock (_factsGate)
        {
            (_diagnosis, _advice) = (diagnosis, advice);
            _facts?.Problem = ReportMapping.Of(diagnosis);
            _facts?.Limits = ReportMapping.Of(advice);
        }
    }

    private void TakeOver(PreviousRun? previousRun, DateTimeOffset? startedAt)
    {
        lock (_factsGate)
        {
            (_previousRun, _startedAt) = (previousRun, startedAt);
            _facts?.PreviousRun = previousRun is null ? null : ReportMapping.Of(previousRun);
            _facts?.StartedAt = startedAt;
        }
    }

    /// <summary>What a report tells now, with what is dear to read.</summary>
    private ReportFacts ReadFacts()
    {
        ReportFacts facts = GetFacts();
        RefreshInventory(facts, facts.Sample?.Elapsed ?? TimeSpan.Zero);
        return facts;
    }

    private ReportFacts GetFacts()
    {
        lock (_factsGate)
        {
            return _facts ??= new ReportFacts(ReportedProcessReader.Read(_host), _history, _rows)
            {
                ReadSelf = _readSelf,
                Settings = ReportMapping.Of(_options),
                Problem = _diagnosis is null ? null : ReportMapping.Of(_diagnosis),
                Limits = _advice is null ? null : ReportMapping.Of(_advice),
                PreviousRun = _previousRun is null ? null : ReportMapping.Of(_previousRun),
                StartedAt = _startedAt,
            };
        }
    }
}
