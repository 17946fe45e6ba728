using System.Diagnostics.Metrics;
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
    private readonly PublishingTurns _turns;

    // Null once disposed.
    private volatile IMetricSource? _source;

    /// <param name="meterFactory">Makes the meter; null for one of our own.</param>
    /// <param name="source">What is published.</param>
    /// <param name="faults">Hears of what reading it throws.</param>
    /// <param name="turns">Decides among the sessions of the process; null for the process's own.</param>
    public MeterScope(IMeterFactory? meterFactory, IMetricSource source, InternalFaults faults, PublishingTurns? turns = null)
    {
        string version = AssemblyVersion.Of(typeof(MeterScope).Assembly);
        Meter = meterFactory?.Create(InstrumentNames.Meter, version) ?? new Meter(InstrumentNames.Meter, version);

        // A meter of the factory's is shared and disposed by the factory.
        _ownsMeter = meterFactory is null;
        _source = source;
        _faults = faults;
        _turns = turns ?? PublishingTurns.OfProcess;
    }

    public Meter Meter { get; }

    /// <summary>From here on the session publishes, when it is its turn.</summary>
    public void Start() => _turns.Add(this);

    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>What an instrument's callback returns: the measurements of a running session, none after its end, when reading them throws, or while another session of the process publishes.</summary>
    public IReadOnlyList<Measurement<T>> Read<T>(string name, Func<IMetricSource, IReadOnlyList<Measurement<T>>> read)
        where T : struct =>
        _source is { } source && _turns.IsTurnOf(this) ? _faults.Get(name, (Source: source, Read: read), static state => state.Read(state.Source), []) : [];

    /// <summary>One measurement, or none where the value is unknown.</summary>
    public IReadOnlyList<Measurement<T>> ReadOne<T>(string name, Func<IMetricSource, T?> read)
        where T : struct =>
        Read<T>(name, source => read(source) is { } value ? [new Measurement<T>(value)] : []);

    public void Dispose()
    {
        _source = null;
        _turns.Remove(this);
        if (_ownsMeter)
        {
            Meter.Dispose();
        }
    }
}
