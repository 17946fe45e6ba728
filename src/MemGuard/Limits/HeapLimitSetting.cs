using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>How a limit of the heap is typed: the setting that is in force, its number in hexadecimal, as the runtime reads it, and in words.</summary>
internal static class HeapLimitSetting
{
    private const long Page = 1 << 16;

    /// <summary><c>DOTNET_GCHeapHardLimit=0x18800000 (392 MB)</c>, or a percentage where the limit is one of the container.</summary>
    /// <param name="facts">Where the limit comes from, and what the runtime divides by the percentage.</param>
    /// <param name="bytes">The limit that is to be set.</param>
    public static string Type(LimitFacts facts, long bytes)
    {
        // The runtime divides what it sees when it reads the setting, at its next start: the container's limit or the machine's memory, never the option
        // MemoryLimitBytes, and not the limit of before, which it may still work with.
        long? whole = facts.Container is { LimitBytes: long limit, IsLimitOnlyShown: false }
            ? Math.Min(limit, Math.Min(facts.Host.PhysicalMemoryBytes ?? limit, facts.Host.Process.AddressSpaceBytes ?? limit))
            : facts.GCViewBytes ?? facts.Host.PhysicalMemoryBytes;
        if (facts.Host.GC.Origin is HeapLimitOrigin.ConfiguredPercent or HeapLimitOrigin.ContainerDefault && whole is > 0 && 100 * bytes / whole is > 0 and < 100 and long percent)
        {
            return string.Create(CultureInfo.InvariantCulture, $"DOTNET_GCHeapHardLimitPercent=0x{percent:X} ({percent} %)");
        }

        long rounded = Math.Max(bytes / Page * Page, Page);
        return string.Create(CultureInfo.InvariantCulture, $"DOTNET_GCHeapHardLimit=0x{rounded:X} ({ByteText.Of(rounded)})");
    }
}
