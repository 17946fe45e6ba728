using System.Diagnostics.Metrics;
using MemGuard.Costs;

namespace MemGuard.Telemetry;

/// <summary>What MemGuard costs the process: processor time, bytes, files, stops.</summary>
internal static class CostInstruments
{
    private static readonly CostOperation[] Operations = Enum.GetValues<CostOperation>();

    public static void Create(MeterScope scope, OwnCosts costs)
    {
        scope.Meter.CreateObservableCounter(
            InstrumentNames.CostProcessorTime,
            () => scope.Read(InstrumentNames.CostProcessorTime, _ => Of(OwnCosts.Workers, part => costs.GetProcessorTime(part)?.TotalSeconds)),
            "s",
            "Processor time of MemGuard's own threads.");
        scope.Meter.CreateObservableCounter(
            InstrumentNames.CostAllocated,
            () => scope.Read(InstrumentNames.CostAllocated, _ => Of<long>(OwnCosts.Workers, part => costs.GetAllocatedBytes(part))),
            "By",
            "Bytes that MemGuard's own threads have allocated.");
        scope.Meter.CreateObservableUpDownCounter(
            InstrumentNames.CostHeld,
            () => scope.Read(InstrumentNames.CostHeld, static source => source.HeldBytes.Select(static held => Measure(held.Bytes, InstrumentNames.ComponentTag, held.Holder)).ToList()),
            "By",
            "Memory that MemGuard's own state holds, where it is known.");
        scope.Meter.CreateObservableUpDownCounter(
            InstrumentNames.CostDisk,
            () => scope.Read(InstrumentNames.CostDisk, _ => Of(OwnCosts.Writers, part => costs.GetDisk(part)?.Bytes)),
            "By",
            "Bytes of MemGuard's files that lie on the disk.");
        scope.Meter.CreateObservableUpDownCounter(
            InstrumentNames.CostFiles,
            () => scope.Read(InstrumentNames.CostFiles, _ => Of(OwnCosts.Writers, part => costs.GetDisk(part)?.Files)),
            "{file}",
            "MemGuard's files that lie on the disk.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.CostTier,
            () => scope.ReadOne<long>(InstrumentNames.CostTier, static source => (long)source.Tier),
            "{step}",
            "Steps by which MemGuard does less than its options say: 0 none, 1 fewer of the dear readings, 2 fewer samples too.");
        scope.Meter.CreateObservableCounter(
            InstrumentNames.CostPause,
            () => scope.Read(InstrumentNames.CostPause, _ => Operations.Select(operation => Measure(costs.GetPause(operation).TotalSeconds, InstrumentNames.OperationTag, NameOf(operation))).ToList()),
            "s",
            "Time for which the process stood still because of MemGuard.");
        scope.Meter.CreateObservableCounter(
            InstrumentNames.CostOperations,
            () => scope.Read(InstrumentNames.CostOperations, _ => Operations.Where(static operation => operation != CostOperation.ConfirmingCollection).Select(operation => Measure(costs.GetOperations(operation), InstrumentNames.OperationTag, NameOf(operation))).ToList()),
            "{operation}",
            "Forced collections of a probe, heap snapshots, allocation profiles.");
    }

    public static string NameOf(CostPart part) => part switch
    {
        CostPart.Sampling => "sampling",
        CostPart.Alerts => "alerts",
        CostPart.Recording => "recording",
        CostPart.Logger => "logger",
        CostPart.Snapshots => "snapshots",
        CostPart.BlackBox => "black_box",
        _ => "reports",
    };

    private static string NameOf(CostOperation operation) => operation switch
    {
        CostOperation.ConfirmingCollection => "confirming_collection",
        CostOperation.Probe => "probe",
        CostOperation.HeapSnapshot => "heap_snapshot",
        _ => "allocation_profile",
    };

    private static List<Measurement<T>> Of<T>(IEnumerable<CostPart> parts, Func<CostPart, T?> read)
        where T : struct =>
        [.. parts.SelectMany(part => read(part) is { } value ? new[] { Measure(value, InstrumentNames.ComponentTag, NameOf(part)) } : [])];

    private static Measurement<T> Measure<T>(T value, string tag, string word)
        where T : struct =>
        new(value, MeterScope.Tag(tag, word));
}
