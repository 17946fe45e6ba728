using System.Diagnostics.Metrics;
using System.Globalization;

namespace LeakyShop;

/// <summary>Reads <c>memguard.bounded.*</c> from the MemGuard meter, as a metrics exporter does: which structures there are and how full.</summary>
internal sealed class StructureMeter : IDisposable
{
    private const string Prefix = "memguard.bounded.";

    private static readonly string[] Columns = ["items", "capacity", "weight", "evictions", "oldest_age"];

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Dictionary<string, double>> _structures = new(StringComparer.Ordinal);

    public StructureMeter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "MemGuard" && instrument.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The names seen at the last <see cref="Read"/>.</summary>
    public IReadOnlyCollection<string> Names => _structures.Keys;

    public void Read()
    {
        _structures.Clear();
        _listener.RecordObservableInstruments();
    }

    public void Print()
    {
        Console.WriteLine($"{Prefix + "*",-40}{string.Concat(Columns.Select(static column => $"{column,12}"))}");
        foreach ((string name, Dictionary<string, double> values) in _structures)
        {
            Console.WriteLine($"{name,-40}{string.Concat(Columns.Select(column => $"{(values.TryGetValue(column, out double value) ? value.ToString("0.#", CultureInfo.InvariantCulture) : "–"),12}"))}");
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = "";
        foreach ((string key, object? tag) in tags)
        {
            if (key == "memguard.bounded.name")
            {
                name = $"{tag}";
            }
        }

        if (!_structures.TryGetValue(name, out Dictionary<string, double>? values))
        {
            _structures[name] = values = [];
        }

        values[instrument.Name[Prefix.Length..]] = value;
    }
}
