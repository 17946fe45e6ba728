using System.Diagnostics.Metrics;

namespace MemGuard.Sampling;

/// <summary>
/// Counts the requests that ASP.NET Core has served, by its own meter: the load where the user names none. Counts those of the whole
/// process, since its memory is one.
/// </summary>
/// <remarks>Thread-safe. A request costs one increment, and what hosting does for any listener of its meter.</remarks>
internal sealed class RequestCount : IDisposable
{
    private const string MeterName = "Microsoft.AspNetCore.Hosting";
    private const string InstrumentName = "http.server.request.duration";

    private readonly MeterListener _listener = new();

    private long _requests;

    public RequestCount()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Name: InstrumentName, Meter.Name: MeterName })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _requests));
        _listener.Start();
    }

    /// <summary>Requests served since the start; null before the first, so that a host without any keeps the allocation rate as its load.</summary>
    public double? Read() => Interlocked.Read(ref _requests) is > 0 and long requests ? requests : null;

    public void Dispose() => _listener.Dispose();
}
