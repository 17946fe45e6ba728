using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>How much of its limits the process has used: the one definition for detector, pressure, metrics and snapshots.</summary>
/// <remarks>
/// Bytes used are those that cannot be reclaimed. Where the limit is the container's they are the container's: other processes in it count, since
/// it is full when they fill it. Where the limit is the user's they are the process's own.
/// </remarks>
public readonly record struct MemoryUsage
{
    /// <summary>Images of a process that does not tell which of its pages are files': measured for an ASP.NET Core app.</summary>
    private const long AssumedImageBytes = 60L << 20;

    /// <summary>Bytes that count against <see cref="LimitBytes"/> and cannot be reclaimed; null when unknown.</summary>
    public long? UsedBytes { get; private init; }

    /// <summary>The tightest limit on the process's memory; null when there is none or it cannot be read.</summary>
    public long? LimitBytes { get; private init; }

    /// <summary>Bytes of the managed heap after the last collection, or now when there was none; null when unknown.</summary>
    public long? HeapBytes { get; private init; }

    /// <summary>Limit of the managed heap; null when it has none.</summary>
    public long? HeapLimitBytes { get; private init; }

    /// <summary>Bytes left until the memory limit, never below 0; null when limit or usage are unknown.</summary>
    public long? HeadroomBytes => LimitBytes - UsedBytes is long left ? Math.Max(0, left) : null;

    /// <summary>The used share of the memory limit, 0–1; null when limit or usage are unknown.</summary>
    public double? LimitRatio => Share(UsedBytes, LimitBytes);

    /// <summary>The used share of the heap's limit, 0–1; null when limit or heap are unknown.</summary>
    public double? HeapLimitRatio => Share(HeapBytes, HeapLimitBytes);

    /// <summary>The used share of the nearer limit, 0–1; null when neither is known.</summary>
    public double? Ratio => LimitRatio is double limit && HeapLimitRatio is double heap ? Math.Max(limit, heap) : LimitRatio ?? HeapLimitRatio;

    /// <summary>The usage at the moment of a sample.</summary>
    [MethodImpl(EverySample.Compiled)]
    public static MemoryUsage Of(in MemorySample sample) => new()
    {
        UsedBytes = Used(sample),
        LimitBytes = sample.MemoryLimitBytes is > 0 ? sample.MemoryLimitBytes : null,

        // After the last collection: the heap now is full of garbage just before the next one.
        HeapBytes = sample.HeapSizeBytes ?? sample.TotalMemoryBytes,
        HeapLimitBytes = sample.HeapLimitBytes is > 0 ? sample.HeapLimitBytes : null,
    };

    // Never the working set where anything better is known: images and mapped files in it can be reclaimed.
    [MethodImpl(EverySample.Compiled)]
    private static long? Used(in MemorySample sample) =>
        sample.ContainerUsageBytes is long container and > 0 ? container
        : sample.AnonymousBytes is long anonymous and > 0 ? anonymous + (sample.SharedMemoryBytes ?? 0)
        : sample.WorkingSetBytes is long resident and > 0 ? Math.Max(resident - AssumedImageBytes, sample.TotalCommittedBytes ?? 0)
        : null;

    private static double? Share(long? bytes, long? limit) => bytes is long used && limit is long most ? Math.Clamp((double)used / most, 0, 1) : null;
}
