using MemGuard.Containers;

namespace MemGuard.Telemetry;

/// <summary>What the kernel has done to the container for want of memory.</summary>
internal sealed class ContainerInstruments
{
    private readonly RisingCount _stall = new();
    private readonly RisingCount _throttled = new();
    private readonly RisingCount _kills = new();

    public ContainerInstruments(MeterScope scope)
    {
        scope.Meter.CreateObservableCounter(
            InstrumentNames.MemoryStall,
            () => scope.ReadOne(InstrumentNames.MemoryStall, source => _stall.Follow(source.Latest?.MemoryStallDuration?.TotalSeconds, source.Container?.GroupDirectory)),
            "s",
            "Time in which some task of the container, or without one of the machine, waited for memory.");
        Events(scope, InstrumentNames.ContainerThrottled, _throttled, "{event}", "Times that the kernel slowed the container down because it was above memory.high.", static container => container.HighCount);
        Events(scope, InstrumentNames.ContainerOomKills, _kills, "{process}", "Processes of the container that the kernel killed for memory.", static container => container.KillCount);
    }

    private static void Events(MeterScope scope, string name, RisingCount count, string unit, string description, Func<ContainerDetails, long?> read) =>
        scope.Meter.CreateObservableCounter(
            name,
            () => scope.ReadOne(name, source => source.Container is { } container ? (long?)count.Follow(read(container), container.GroupDirectory) : null),
            unit,
            description);
}
