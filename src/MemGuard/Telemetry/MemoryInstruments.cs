using System.Diagnostics.Metrics;
using MemGuard.Sampling;

namespace MemGuard.Telemetry;

/// <summary>What the last sample says. Callbacks read the sample, never a file.</summary>
internal static class MemoryInstruments
{
    public static void Create(MeterScope scope)
    {
        Bytes(scope, InstrumentNames.Unmanaged, "Resident memory outside the managed heap.", static sample => sample.UnmanagedBytes);
        Bytes(scope, InstrumentNames.HeapLive, "Live managed heap after the last full collection.", static sample => sample.Gen2LiveBytes);
        Bytes(scope, InstrumentNames.HeapCurrent, "Managed heap now, garbage included.", static sample => sample.TotalMemoryBytes);
        Bytes(scope, InstrumentNames.HeapLimit, "Limit of the managed heap.", static sample => sample.HeapLimitBytes);
        Bytes(scope, InstrumentNames.ContainerLimit, "Tightest memory limit of the process: the configured one or the container's.", static sample => sample.MemoryLimitBytes);
        Bytes(scope, InstrumentNames.ContainerUnreclaimable, "Memory that counts against the container's limit and cannot be reclaimed.", static sample => sample.ContainerUsageBytes);
        Bytes(scope, InstrumentNames.ContainerHeadroom, "Bytes left until the limit.", static sample => MemoryUsage.Of(sample).HeadroomBytes);
        scope.Meter.CreateObservableUpDownCounter(
            InstrumentNames.Resident,
            () => scope.Read(InstrumentNames.Resident, static source => ReadLedger(source.Latest?.Ledger)),
            "By",
            "Working set by kind of memory; the kinds add up to it.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.FinalizerLag,
            () => scope.ReadOne(InstrumentNames.FinalizerLag, static source => source.Latest?.FinalizerLag?.TotalSeconds),
            "s",
            "How long a dead object with a finalizer has been waiting for the finalizer thread.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.Uptime,
            () => scope.ReadOne(InstrumentNames.Uptime, static source => source.Latest?.Elapsed.TotalSeconds),
            "s",
            "Time since the process began, as of the last sample.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.HeapLimitUtilization,
            () => scope.ReadOne(InstrumentNames.HeapLimitUtilization, static source => source.Latest is { } sample ? MemoryUsage.Of(sample).HeapLimitRatio : null),
            "1",
            "Share of the heap limit in use after the last collection.");
    }

    private static void Bytes(MeterScope scope, string name, string description, Func<MemorySample, long?> read) =>
        scope.Meter.CreateObservableUpDownCounter(name, () => scope.ReadOne(name, source => source.Latest is { } sample ? read(sample) : null), "By", description);

    private static List<Measurement<long>> ReadLedger(MemoryLedger? ledger)
    {
        List<Measurement<long>> measurements = [];
        if (ledger is not null)
        {
            Add("gc_heap", ledger.GCHeapBytes);
            Add("malloc_used", ledger.NativeAllocatedBytes);
            Add("malloc_free", ledger.NativeFreeBytes);
            Add("other_anon", ledger.OtherAnonymousBytes);
            Add("shmem", ledger.SharedMemoryBytes);
            Add("file", ledger.FileBytes);
        }

        return measurements;

        void Add(string kind, long? bytes)
        {
            if (bytes is { } known)
            {
                measurements.Add(new Measurement<long>(known, MeterScope.Tag(InstrumentNames.KindTag, kind)));
            }
        }
    }
}
