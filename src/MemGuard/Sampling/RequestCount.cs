using System.Diagnostics.Metrics;

namespace MemGuard.Sampling;

/// <summary>
/// Counts the requests that ASP.NET Core has served, by its own meters: the load where the user names none. Counts those of the whole
/// process, since its memory is one.
/// </summary>
/// <remarks>
/// Thread-safe. Hosting counts every request, but has to prepare tags for each while anybody listens; routing's counter costs next to nothing, and does not
/// see what is answered before it. So both are counted for a while, and where routing sees them all hosting is left alone until the next look.
/// </remarks>
internal sealed class RequestCount : IDisposable
{
    private const string HostingMeter = "Microsoft.AspNetCore.Hosting";
    private const string RequestDuration = "http.server.request.duration";
    private const string RoutingMeter = "Microsoft.AspNetCore.Routing";
    private const string MatchAttempts = "aspnetcore.routing.match_attempts";

    /// <summary>So many requests are counted by both before one is believed.</summary>
    private const long Comparison = 100;

    /// <summary>What routing must have seen of them. Requests that are executed again make it more than all.</summary>
    private const double LeastShareOfRouting = 0.95;

    /// <summary>After so many readings both are looked at again: what is asked of a service changes.</summary>
    private const int ReadingsUntilNextLook = 600;

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();

    /// <summary>Hosting's instruments of the hosts that live.</summary>
    private readonly List<Instrument> _hosting = [];
    private volatile bool _isByHosting;
    private bool _isDisposed;
    private int _readings;

    /// <summary>Since both were last begun to be counted.</summary>
    private long _hosted;
    private long _routed;
    private long _requests;

    public RequestCount()
    {
        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Count(ref _hosted, isHosting: true));
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Count(ref _routed, isHosting: false));
        _listener.Start();
    }

    /// <summary>Requests served since the start; null before the first, so that a host without any keeps the allocation rate as its load.</summary>
    public double? Read()
    {
        lock (_lock)
        {
            if (_isByHosting)
            {
                Compare();
            }
            else if (++_readings >= ReadingsUntilNextLook)
            {
                CountBoth();
            }
        }

        return Interlocked.Read(ref _requests) is > 0 and long requests ? requests : null;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _hosting.Clear();
        }

        _listener.Dispose();
    }

    private void Count(ref long counter, bool isHosting)
    {
        Interlocked.Increment(ref counter);
        if (isHosting == _isByHosting)
        {
            Interlocked.Increment(ref _requests);
        }
    }

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        lock (_lock)
        {
            switch (instrument)
            {
                case { Name: MatchAttempts, Meter.Name: RoutingMeter } when !_isDisposed:
                    listener.EnableMeasurementEvents(instrument);
                    break;
                case { Name: RequestDuration, Meter.Name: HostingMeter } when !_isDisposed:
                    _hosting.Add(instrument);
                    CountBoth();
                    break;
            }
        }
    }

    /// <summary>The meter of a host has ended, or its measurements are not asked for any more.</summary>
    private void OnCompleted(Instrument instrument, object? state)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (instrument.Name == MatchAttempts)
            {
                // A host has ended. The next look finds out which of hosting's instruments went with it.
                CountBoth();
            }
            else if (_isByHosting)
            {
                // Those that are only left alone for a while are still published.
                _hosting.Remove(instrument);
                _isByHosting = _hosting.Count > 0;
            }
        }
    }

    private void CountBoth()
    {
        // An instrument that is enabled twice is said to be completed, as one that has ended is: so all are disabled first.
        LeaveHostingAlone();
        Interlocked.Exchange(ref _hosted, 0);
        Interlocked.Exchange(ref _routed, 0);
        _isByHosting = _hosting.Count > 0;
        foreach (Instrument instrument in _hosting.ToArray())
        {
            _listener.EnableMeasurementEvents(instrument);
        }
    }

    private void Compare()
    {
        long hosted = Interlocked.Read(ref _hosted);
        if (hosted >= Comparison && Interlocked.Read(ref _routed) >= hosted * LeastShareOfRouting)
        {
            LeaveHostingAlone();
        }
    }

    private void LeaveHostingAlone()
    {
        _readings = 0;
        _isByHosting = false;
        foreach (Instrument instrument in _hosting.ToArray())
        {
            _listener.DisableMeasurementEvents(instrument);
        }
    }
}
