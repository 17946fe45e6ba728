using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Telemetry;

/// <summary>Where the limit comes from that forecasts speak of, as a fixed word for a tag.</summary>
internal static class LimitSources
{
    public static string Of(MemorySample? sample, ContainerDetails? container, long? configured) => sample switch
    {
        null => "unknown",
        { MemoryLimitBytes: { } limit } when limit == configured => "configured",
        { MemoryLimitBytes: { } limit } when limit == container?.HighBytes => "container_high",
        { MemoryLimitBytes: not null } => "container",
        { HeapLimitBytes: not null } => "heap",
        _ when container is { HasUnreadableLimit: true } => "unknown",
        _ => "none",
    };
}
