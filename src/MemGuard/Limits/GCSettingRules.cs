using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>How the garbage collector is configured for where it runs.</summary>
internal static class GCSettingRules
{
    private const long SmallForServer = 512 * ByteText.Megabyte;
    private const long TinyContainer = 256 * ByteText.Megabyte;

    // Differences of a few percent come from rounding to pages and from the machine's own reserve.
    private const double ViewTolerance = 0.05;
    private const double FragmentedShare = 0.25;
    private const long LeastFragmented = 32 * ByteText.Megabyte;

    /// <summary>Server collection keeps a heap for each processor: too much for a small container unless the number adapts.</summary>
    public static MemoryLimitFinding? ServerInSmallContainer(LimitFacts facts)
    {
        GCConfiguration gc = facts.Host.GC;
        if (!gc.IsServer || gc.IsAdaptive || facts.Container.LimitBytes is not long limit)
        {
            return null;
        }

        string why = facts.Host.ProcessorCount == 1 ? "1 processor" : limit < SmallForServer ? ByteText.Of(limit) : "a container";
        return MemoryLimitFinding.Create(
            "server-gc-in-container",
            MemoryAdviceSeverity.Warning,
            $"Server GC without adaptive sizing (DATAS) in {why}: {facts.Host.ProcessorCount} heaps share {ByteText.Of(limit)}",
            "Remove DOTNET_GCDynamicAdaptationMode=0, or set DOTNET_gcServer=0");
    }

    /// <summary>The limit was changed while the process runs, and the garbage collector still works with the old one.</summary>
    public static MemoryLimitFinding? StaleView(LimitFacts facts)
    {
        // A limit that only shows as the machine's memory is one that the garbage collector never sees, however often it looks.
        if (facts is not { Container: { LimitBytes: long limit, IsLimitOnlyShown: false }, GCViewBytes: long view, Host.PhysicalMemoryBytes: long physical })
        {
            return null;
        }

        long expected = Math.Min(Math.Min(limit, physical), facts.Host.Process.AddressSpaceBytes ?? long.MaxValue);
        return Math.Abs(expected - view) <= expected * ViewTolerance
            ? null
            : MemoryLimitFinding.Create(
                "stale-limit",
                MemoryAdviceSeverity.Warning,
                $"The container's limit is {ByteText.Of(limit)}, but the garbage collector works with {ByteText.Of(view)}",
                "Call GC.RefreshMemoryLimit(), or restart the process");
    }

    /// <summary>Much free space between the live objects.</summary>
    public static MemoryLimitFinding? Fragmentation(LimitFacts facts)
    {
        if (facts is not { LiveBytes: long live, FragmentedBytes: >= LeastFragmented and long free }
            || free <= (live + free) * FragmentedShare
            || facts.Host.GC.ConserveMemory > 0
            || facts.MemoryLimitBytes is null)
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "fragmented-heap",
            MemoryAdviceSeverity.Note,
            $"{ByteText.Of(free)} of the heap's {ByteText.Of(live + free)} is free space between live objects",
            "Set DOTNET_GCConserveMemory to 5–9 to let the garbage collector compact");
    }

    /// <summary>In a tiny container a tenth of the memory is very little to react in.</summary>
    public static MemoryLimitFinding? HighMemoryPercent(LimitFacts facts)
    {
        if (facts.Container.LimitBytes is not (<= TinyContainer and long limit) || facts.Host.GC.HighMemoryPercent < 90)
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "high-memory-percent",
            MemoryAdviceSeverity.Note,
            $"The garbage collector becomes aggressive at {facts.Host.GC.HighMemoryPercent} % of {ByteText.Of(limit)}: {ByteText.Of(limit * (100 - facts.Host.GC.HighMemoryPercent) / 100)} before the end",
            "Set DOTNET_GCHighMemPercent=0x50 (80 %)");
    }
}
