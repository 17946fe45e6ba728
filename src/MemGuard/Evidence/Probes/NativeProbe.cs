using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>Reads the C library's allocator, and trims it where that is allowed.</summary>
/// <param name="allocator">The allocator.</param>
/// <param name="isDevelopment">Whether this is the Development environment.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class NativeProbe(INativeAllocator allocator, bool isDevelopment, TimeProvider timeProvider)
{
    /// <summary>Trims are at least this far apart.</summary>
    public static readonly TimeSpan TrimSpacing = TimeSpan.FromHours(1);

    /// <summary>Outside Development no more is trimmed at once: it holds each arena's lock for about 3 ms a megabyte of small blocks.</summary>
    public const long MostFreeBytes = 200L << 20;

    /// <summary>Guards the field below.</summary>
    private readonly Lock _gate = new();
    private long? _trimmedAt;

    /// <summary>One reading, and for a trim a second one after it. Takes as long as the trim.</summary>
    public NativeMeasurement Measure(bool trim, MemoryProbeOptions options)
    {
        if (allocator.UnknownBecause is { } unknown)
        {
            return new NativeMeasurement { RefusedBecause = unknown };
        }

        if (allocator.Read() is not { } before)
        {
            return new NativeMeasurement { RefusedBecause = "the allocator did not answer" };
        }

        NativeMeasurement reading = new() { UsedBytes = before.UsedBytes, FreeBytes = before.FreeBytes, IsJemalloc = AllocatorLibrary.IsJemalloc };
        return !trim ? reading : TryBegin(before, options) ?? Trim(reading);
    }

    private NativeMeasurement? TryBegin(NativeHeapReading before, MemoryProbeOptions options)
    {
        if (allocator.CannotTrimBecause is { } reason)
        {
            return new NativeMeasurement { RefusedBecause = reason };
        }

        if (!isDevelopment && !options.AllowNativeTrim)
        {
            return new NativeMeasurement { RefusedBecause = "a trim holds locks of the allocator and needs the Development environment or MemGuard:Probe:AllowNativeTrim=true" };
        }

        if (allocator.HasOneArena)
        {
            return new NativeMeasurement { RefusedBecause = "the allocator has one arena (MALLOC_ARENA_MAX=1), and a trim would stop every thread that allocates until it ends" };
        }

        if (!isDevelopment && before.FreeBytes > MostFreeBytes)
        {
            return new NativeMeasurement { RefusedBecause = $"the allocator keeps {ByteText.Of(before.FreeBytes)}, and giving back more than {ByteText.Of(MostFreeBytes)} holds its locks for too long outside Development" };
        }

        lock (_gate)
        {
            if (_trimmedAt is { } last && timeProvider.GetElapsedTime(last) is var ago && ago < TrimSpacing)
            {
                return new NativeMeasurement { RefusedBecause = "one trim an hour is allowed", RetryAfter = TrimSpacing - ago };
            }

            _trimmedAt = timeProvider.GetTimestamp();
            return null;
        }
    }

    private NativeMeasurement Trim(NativeMeasurement reading)
    {
        long? before = allocator.WorkingSetBytes;
        long begun = timeProvider.GetTimestamp();
        allocator.Trim();
        return reading with { TrimDuration = timeProvider.GetElapsedTime(begun), WorkingSetBeforeBytes = before, WorkingSetAfterBytes = allocator.WorkingSetBytes };
    }
}
