using MemGuard.Faults;

namespace MemGuard.Telemetry;

/// <summary>
/// Divides the contained failures into a few components, fixed words for a tag: each exists from the start with 0, for a series that begins at 1
/// never makes a rule over its increase fire.
/// </summary>
internal static class FaultComponents
{
    public const string Recording = "recording";
    public const string Structures = "structures";
    public const string Snapshots = "snapshots";

    /// <summary>Whatever the user's code threw: handlers and evidence collectors are known by their types' names.</summary>
    public const string UserCode = "user_code";

    private const string Metrics = "metrics";

    /// <summary>By the source that <see cref="InternalFaults"/> was told.</summary>
    private static readonly Dictionary<string, string> BySource = new(StringComparer.Ordinal)
    {
        ["a sample"] = "sampling",
        ["the sampler's thread"] = "sampling",
        ["the clock"] = "sampling",
        ["asking the load signal"] = "sampling",
        ["the load signal"] = "sampling",
        ["counting the assemblies"] = "sampling",
        ["reading the collections' records"] = "sampling",
        ["reading the container's memory"] = "sampling",
        ["reading the ledger"] = "sampling",
        ["reading the runtime's counters"] = "sampling",
        ["reading the working set"] = "sampling",
        ["keeping the budget"] = "session",
        ["the pipeline"] = "pipeline",
        ["judging the limits"] = "limits",
        ["telling of collections"] = "collections",
        ["telling the structures of pressure"] = Structures,
        ["recording"] = Recording,
        ["recording a sample"] = Recording,
        ["the black box"] = "black_box",
        ["writing the black box"] = "black_box",
        ["the diagnostic report"] = "reports",
        ["the logger"] = "logger",
        ["alert dispatcher"] = "alerts",
        ["counting alerts"] = "alerts",
        ["the alert thread"] = "alerts",
        ["starting to watch"] = "session",
        ["stopping"] = "session",
        ["taking over options"] = "session",
    };

    public static IReadOnlyList<string> All { get; } = [.. BySource.Values.Append(Snapshots).Append(Metrics).Append(UserCode).Distinct()];

    public static string Of(string source) =>
        BySource.TryGetValue(source, out string? component) ? component
        : source.StartsWith("memguard.", StringComparison.Ordinal) ? Metrics
        : UserCode;
}
