using System.Diagnostics.Metrics;
using System.Reflection;
using MemGuard.Faults;

namespace MemGuard.Telemetry;

/// <summary>
/// The <c>MemGuard</c> meter of one session. What its callbacks throw stays inside, and after its end they publish nothing: a meter of the factory's
/// lives on, but must not keep the session alive.
/// </summary>
internal sealed class MeterScope : IDisposable
{
    private readonly bool _ownsMeter;
    private readonly InternalFaults _faults;

    // Null once disposed.
    private volatile IMetricSource? _source;

    public MeterScope(IMeterFactory? meterFactory, IMetricSource source, InternalFaults faults)
    {
        string version = GetVersion();
        Meter = meterFactory?.Create(InstrumentNames.Meter, version) ?? new Meter(InstrumentNames.Meter, version);

        // A meter of the factory's is shared and disposed by the factory.
        _ownsMeter = meterFactory is null;
        _source = source;
        _faults = faults;
    }

    public Meter Meter { get; }

    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>What an instrument's callback returns: the measurements of a running session, none after its end or when reading them throws.</summary>
    public IReadOnlyList<Measurement<T>> Read<T>(string name, Func<IMetricSource, IReadOnlyList<Measurement<T>>> read)
        where T : struct =>
        _source is { } source ? _faults.Get(name, (Source: source, Read: read), static state => state.Read(state.Source), []) : [];

    /// <summary>One measurement, or none where the value is unknown.</summary>
    public IReadOnlyList<Measurement<T>> ReadOne<T>(string name, Func<IMetricSource, T?> read)
        where T : struct =>
        Read<T>(name, source => read(source) is { } value ? [new Measurement<T>(value)] : []);

    public void Dispose()
    {
        _source = null;
        if (_ownsMeter)
        {
            Meter.Dispose();
        }
    }

    private static string GetVersion()
    {
        Assembly assembly = typeof(MeterScope).Assembly;
        string? informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return informational?.Split('+')[0] ?? assembly.GetName().Version?.ToString(3) ?? "0.0.0";
    }
}
