using MemGuard.Limits;
using Microsoft.Extensions.Logging;

namespace MemGuard.Sampling;

/// <summary>The periodic memory line: one a sample, at Debug.</summary>
internal static partial class SampleLog
{
    public static void Write(ILogger logger, in MemorySample sample) => Sample(
        logger,
        Megabytes(sample.TotalMemoryBytes),
        Megabytes(sample.Gen2LiveBytes),
        Megabytes(sample.UnmanagedBytes),
        Megabytes(sample.WorkingSetBytes),
        Megabytes(sample.MemoryLimitBytes),
        sample.Gen2CollectionCount);

    private static double? Megabytes(long? bytes) => bytes is { } known ? Math.Round(known / (double)ByteText.Megabyte, 1) : null;

    [LoggerMessage(1001, LogLevel.Debug, "Memory: heap {HeapMB} MB, live {LiveMB} MB, unmanaged {UnmanagedMB} MB, working set {WorkingSetMB} MB, limit {LimitMB} MB, gen2 {Gen2Count}", EventName = "Sample")]
    private static partial void Sample(ILogger logger, double? heapMB, double? liveMB, double? unmanagedMB, double? workingSetMB, double? limitMB, long? gen2Count);
}
