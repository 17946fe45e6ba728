using System.Diagnostics.Metrics;

namespace MemGuard.Sampling;

/// <summary>
/// Counts the requests that ASP.NET Core has served, by its own meters: the load where the user names none. Counts those of the whole
/// process, since its memory is one.
/// </summary>
/// <remarks>
/// Thread-safe. Routing's counter is preferred: a request costs it some tens of nanoseconds, while any listener of hosting's histogram has hosting prepare
/// tags for each request, some 2 microseconds (<c>program throughput</c>). Only a process without routing is counted by hosting.
/// </remarks>
internal sealed class RequestCount : IDisposable
{
    private const string RoutingMeter = "Microsoft.AspNetCore.Routing";
    private const string MatchAttempts = "aspnetcore.routing.match_attempts";
    private const string HostingMeter = "Microsoft.AspNetCore.Hosting";
    private const string RequestDuration = "http.server.request.duration";

    /// <summary>Readings in which routing may still appear: hosting's instrument comes before it while an application starts.</summary>
    private const int ReadingsUntilHosting = 30;

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();

    /// <summary>Hosting's instruments, while there is no routing.</summary>
    private readonly List<Instrument> _hosting = [];

    private bool _hasRouting;
    private int _readings;

    private long _requests;

    public RequestCount()
    {
        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref _requests));
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _requests));
        _listener.Start();
    }

    /// <summary>Requests served since the start; null before the first, so that a host without any keeps the allocation rate as its load.</summary>
    public double? Read()
    {
        lock (_lock)
        {
            if (_readings < ReadingsUntilHosting && ++_readings == ReadingsUntilHosting && !_hasRouting)
            {
                _hosting.ForEach(hosting => _listener.EnableMeasurementEvents(hosting));
            }
        }

        return Interlocked.Read(ref _requests) is > 0 and long requests ? requests : null;
    }

    public void Dispose() => _listener.Dispose();

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        lock (_lock)
        {
            switch (instrument)
            {
                case { Name: MatchAttempts, Meter.Name: RoutingMeter }:
                    _hasRouting = true;
                    listener.EnableMeasurementEvents(instrument);

                    // No request is counted twice. The list first: each that ends is taken out of it.
                    Instrument[] counted = [.. _hosting];
                    _hosting.Clear();
                    Array.ForEach(counted, hosting => listener.DisableMeasurementEvents(hosting));
                    break;
                case { Name: RequestDuration, Meter.Name: HostingMeter } when !_hasRouting:
                    _hosting.Add(instrument);
                    if (_readings >= ReadingsUntilHosting)
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }

                    break;
            }
        }
    }

    /// <summary>The meter of a host that has ended.</summary>
    private void OnCompleted(Instrument instrument, object? state)
    {
        lock (_lock)
        {
            _hosting.Remove(instrument);
        }
    }
}
