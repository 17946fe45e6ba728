using System.Collections;
using System.Globalization;
using System.Runtime;

namespace MemGuard.Containers;

/// <summary>How the garbage collector of this process is configured. Read once: it cannot change, and reading it makes a dictionary.</summary>
internal sealed record GCConfiguration
{
    private static readonly string[] Prefixes = ["DOTNET_gc", "COMPlus_gc"];

    /// <summary>The hard limit when the process started; null without one.</summary>
    public long? HeapHardLimitBytes { get; init; }

    /// <summary>The configured percentage, whether the garbage collector accepts it or not; 0 when none is.</summary>
    public long HeapHardLimitPercent { get; init; }

    /// <summary>Whether a number of bytes was configured.</summary>
    public bool HasConfiguredBytes { get; init; }

    /// <summary>The load of the container above which the garbage collector becomes aggressive, in percent.</summary>
    public long HighMemoryPercent { get; init; } = 90;

    /// <summary>Whether server collection is on.</summary>
    public bool IsServer { get; init; }

    /// <summary>Whether the number of heaps adapts to the application (DATAS).</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>How eagerly the garbage collector compacts, 0–9.</summary>
    public long ConserveMemory { get; init; }

    /// <summary>Environment variables that configure the garbage collector.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Where the limit of the heap comes from.</summary>
    public HeapLimitOrigin Origin => this switch
    {
        { HeapHardLimitBytes: null } => HeapLimitOrigin.None,
        { HasConfiguredBytes: true } => HeapLimitOrigin.ConfiguredBytes,
        { HeapHardLimitPercent: > 0 and < 100 } => HeapLimitOrigin.ConfiguredPercent,
        _ => HeapLimitOrigin.ContainerDefault,
    };

    /// <summary>Reads it from the runtime and the environment.</summary>
    public static GCConfiguration Read()
    {
        IReadOnlyDictionary<string, object> values = GC.GetConfigurationVariables();
        List<KeyValuePair<string, string>> variables = [];
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value } && Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                variables.Add(KeyValuePair.Create(name, value));
            }
        }

        return From(values, variables, AppContext.GetData("System.GC.HeapHardLimit") is not null || AppContext.GetData("GCHeapHardLimit") is not null, GCSettings.IsServerGC);
    }

    /// <summary>Interprets what the runtime and the environment say.</summary>
    public static GCConfiguration From(
        IReadOnlyDictionary<string, object> values,
        IReadOnlyList<KeyValuePair<string, string>> variables,
        bool hasConfiguredBytes,
        bool isServer) => new()
        {
            HeapHardLimitBytes = Number(values, "GCHeapHardLimit") is > 0 and long bytes ? bytes : null,
            HeapHardLimitPercent = Number(values, "GCHeapHardLimitPercent") ?? 0,
            HasConfiguredBytes = hasConfiguredBytes || variables.Any(static variable =>
                IsNamed(variable.Key, "GCHeapHardLimit") && TryParseHexadecimal(variable.Value, out long configured) && configured > 0),
            HighMemoryPercent = Number(values, "GCHighMemPercent") is > 0 and < 100 and long percent ? percent : 90,
            IsServer = isServer,
            IsAdaptive = isServer && Number(values, "GCDynamicAdaptationMode") == 1,
            ConserveMemory = Number(values, "GCConserveMem") ?? 0,
            Variables = variables,
        };

    /// <summary>Whether an environment variable sets this setting.</summary>
    public static bool IsNamed(string variable, string setting) =>
        string.Equals(variable, "DOTNET_" + setting, StringComparison.OrdinalIgnoreCase)
        || string.Equals(variable, "COMPlus_" + setting, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a value as the runtime does: hexadecimal, with or without 0x.</summary>
    public static bool TryParseHexadecimal(string value, out long number)
    {
        string digits = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value[2..] : value;
        return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    private static long? Number(IReadOnlyDictionary<string, object> values, string name) =>
        values.TryGetValue(name, out object? value) && value is long number ? number : null;
}
