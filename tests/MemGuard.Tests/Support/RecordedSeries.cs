using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Support;

/// <summary>The nine recorded runs, copied beside the tests.</summary>
internal static class RecordedSeries
{
    public static readonly string[] Names =
    [
        "managed-static-strings",
        "managed-heap-hard-limit",
        "native-malloc",
        "healthy-minimal-api",
        "healthy-loh-churn",
        "healthy-cache-warmup",
        "healthy-ttl-cache",
        "healthy-tls",
        "healthy-spikes",
    ];

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "series", name + ".csv");

    public static MemorySample[] Read(string name) => [.. SeriesReader.Read(PathOf(name))];
}
