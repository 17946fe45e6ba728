using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>Environment variables of the garbage collector that do not mean what they seem to mean.</summary>
internal static class SpellingRules
{
    /// <summary>The name of the finding about numbers that were meant as decimal ones.</summary>
    public const string HexadecimalRule = "hexadecimal-setting";

    private const long LargestPercent = 99;

    private static readonly string[] HeapPercentSettings = ["GCHeapHardLimitPercent", "GCHeapHardLimitSOHPercent", "GCHeapHardLimitLOHPercent", "GCHeapHardLimitPOHPercent"];

    private static readonly string[] ByteSettings = ["GCHeapHardLimit", "GCHeapHardLimitSOH", "GCHeapHardLimitLOH", "GCHeapHardLimitPOH", "GCgen0size", "GCTotalPhysicalMemory"];

    private static readonly string[] CountSettings = ["GCHeapCount", "GCNoAffinitize", "GCHeapAffinitizeMask"];

    private static readonly string[] OtherSettings = ["gcServer", "gcConcurrent", "GCConserveMemory", "GCDynamicAdaptationMode", "GCHighMemPercent", "GCRetainVM", "GCRegionSize", "GCRegionRange", "GCCpuGroup"];

    /// <summary>The garbage collector's environment variables are hexadecimal: a number that was meant as a decimal one means something else.</summary>
    public static MemoryLimitFinding? Hexadecimal(LimitFacts facts)
    {
        foreach ((string name, string value) in facts.Host.GC.Variables)
        {
            if (!GCConfiguration.TryParseHexadecimal(value, out long read))
            {
                continue;
            }

            // A value with 0x is no misreading, though it can still be more than the setting takes.
            long? meant = long.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number != read ? number : null;
            if (Find(name, value, read, meant, facts) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>Names of variables are case-sensitive everywhere but on Windows: one that is spelled otherwise is not read at all.</summary>
    public static MemoryLimitFinding? Case(LimitFacts facts)
    {
        if (facts.Host.IsWindows)
        {
            return null;
        }

        foreach ((string name, string value) in facts.Host.GC.Variables)
        {
            int end = name.IndexOf('_', StringComparison.Ordinal) + 1;
            string? setting = HeapPercentSettings.Concat(ByteSettings).Concat(CountSettings).Concat(OtherSettings)
                .FirstOrDefault(each => string.Equals(each, name[end..], StringComparison.OrdinalIgnoreCase));
            string prefix = name.StartsWith("COMPlus_", StringComparison.OrdinalIgnoreCase) ? "COMPlus_" : "DOTNET_";
            if (setting is not null && name != prefix + setting)
            {
                return Create("misspelled-setting", $"{name}={value} is not read: the names of environment variables are case-sensitive here", $"Write {prefix}{setting}={value}");
            }
        }

        return null;
    }

    private static MemoryLimitFinding? Find(string name, string value, long read, long? meant, LimitFacts facts)
    {
        if (IsOneOf(HeapPercentSettings, name))
        {
            return read > LargestPercent ? Misread($"{read}, which is ignored", "%")
                : meant is not null ? Misread($"{read} %", "%")
                : null;
        }

        if (GCConfiguration.IsNamed(name, "GCHighMemPercent"))
        {
            return read > LargestPercent ? Misread($"{read}, of which {LargestPercent} % remain", "%")
                : meant is not null ? Misread($"{read} %", "%")
                : null;
        }

        if (meant is null)
        {
            return null;
        }

        return IsOneOf(ByteSettings, name) && IsMeantAsDecimal(meant.Value, read, facts) ? Misread($"{ByteText.Of(read)} instead of {ByteText.Of(meant.Value)}", null)
            : IsOneOf(CountSettings, name) ? Misread($"{read} instead of {meant}", null)
            : null;

        MemoryLimitFinding Misread(string effect, string? unit)
        {
            long right = Math.Min(meant ?? read, unit is null ? long.MaxValue : LargestPercent);
            return Create(
                HexadecimalRule,
                $"{name}={value} is read as hexadecimal: {effect}",
                string.Create(CultureInfo.InvariantCulture, $"Write {name}=0x{right:X}{(unit is null ? "" : $" for {right} {unit}")}"));
        }
    }

    private static bool IsOneOf(string[] settings, string name) => Array.Exists(settings, setting => GCConfiguration.IsNamed(name, setting));

    // A round number of megabytes in one reading only, or one that fits the machine in one reading only.
    private static bool IsMeantAsDecimal(long meant, long read, LimitFacts facts)
    {
        if (meant % ByteText.Megabyte == 0 && read % ByteText.Megabyte != 0)
        {
            return true;
        }

        long? available = facts.MemoryLimitBytes ?? facts.Host.PhysicalMemoryBytes;
        return meant >= ByteText.Megabyte && meant <= available && read > available;
    }

    private static MemoryLimitFinding Create(string rule, string fact, string setting) => MemoryLimitFinding.Create(rule, MemoryAdviceSeverity.Warning, fact, setting);
}
