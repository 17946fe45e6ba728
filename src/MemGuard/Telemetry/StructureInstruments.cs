using System.Diagnostics.Metrics;
using MemGuard.Bounded;

namespace MemGuard.Telemetry;

/// <summary>How full the structures are, by name and kind.</summary>
internal sealed class StructureInstruments
{
    private readonly MeterScope _scope;
    private readonly StructureReadings _readings;
    private int _count;

    public StructureInstruments(MeterScope scope, StructureReadings readings)
    {
        _scope = scope;
        _readings = readings;
        Now(InstrumentNames.BoundedItems, "{item}", "Items in the structure.", static usage => usage.Count);
        Now(InstrumentNames.BoundedCapacity, "{item}", "The most items that the structure may hold.", static usage => usage.Capacity);
        Now(InstrumentNames.BoundedWeight, "1", "Weight of what the structure holds, in its weigher's unit.", static usage => usage.Weight);
        Total(InstrumentNames.BoundedHits, "{hit}", "Reads that found their item.", static usage => usage.TotalHits);
        Total(InstrumentNames.BoundedMisses, "{miss}", "Reads that did not find their item.", static usage => usage.TotalMisses);
        Total(InstrumentNames.BoundedEvictions, "{item}", "Items that were taken and lost because of a bound.", static usage => usage.TotalEvictions);
        Total(InstrumentNames.BoundedRefusals, "{item}", "Items that were not taken because of a bound.", static usage => usage.TotalRefusals);
        int age = _count++;
        scope.Meter.CreateObservableGauge(InstrumentNames.BoundedOldestAge, () => Read<double>(InstrumentNames.BoundedOldestAge, age, static usage => usage.OldestAge?.TotalSeconds), "s", "Age of the oldest item.");
    }

    private void Now(string name, string unit, string description, Func<BoundedStructureUsage, long?> read)
    {
        int instrument = _count++;
        _scope.Meter.CreateObservableUpDownCounter(name, () => Read(name, instrument, read), unit, description);
    }

    private void Total(string name, string unit, string description, Func<BoundedStructureUsage, long?> read)
    {
        int instrument = _count++;
        _scope.Meter.CreateObservableCounter(name, () => Read(name, instrument, read), unit, description);
    }

    private IReadOnlyList<Measurement<T>> Read<T>(string name, int instrument, Func<BoundedStructureUsage, T?> read)
        where T : struct =>
        _scope.Read<T>(name, _ =>
        [
            .. from usage in _readings.Get(instrument)
               let value = read(usage)
               where value is not null
               select new Measurement<T>(value.Value, MeterScope.Tag(InstrumentNames.StructureNameTag, usage.Name), MeterScope.Tag(InstrumentNames.StructureKindTag, TagValues.Of(usage.Kind))),
        ]);
}
