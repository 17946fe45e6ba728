using System.Globalization;

namespace MemGuard.Evidence;

/// <summary>What the native allocator holds, and what it gave back when it was asked to; or why nothing was measured.</summary>
/// <remarks>Immutable. What is unknown is null.</remarks>
public sealed record NativeMeasurement
{
    /// <summary>Below this it is no matter which.</summary>
    private const long Little = 32L << 20;

    /// <summary>Why nothing was measured, as a sentence without a full stop; null where it was.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>When the next attempt may be made; null where it is not a matter of time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Allocated and not freed, before the trim.</summary>
    public long? UsedBytes { get; init; }

    /// <summary>Freed by the application, and kept by the allocator, before the trim. Not all of it need be resident.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Working set before the trim; null without one.</summary>
    public long? WorkingSetBeforeBytes { get; init; }

    /// <summary>Working set after the trim; null without one.</summary>
    public long? WorkingSetAfterBytes { get; init; }

    /// <summary>How long the trim took; null without one.</summary>
    public TimeSpan? TrimDuration { get; init; }

    /// <summary>
    /// What the trim gave back to the system: the fall of the working set, to which other threads contribute. The allocator's own word is of no use:
    /// it says that it released something even when it did not.
    /// </summary>
    public long? ReturnedBytes => WorkingSetBeforeBytes - WorkingSetAfterBytes is long fell ? Math.Max(fell, 0) : null;

    /// <summary>Whether most of it is memory that the allocator keeps: retention, and no leak. Null when unknown.</summary>
    public bool? IsRetention => UsedBytes is long used && FreeBytes is long free ? free >= Little && free > used : null;

    /// <summary>Whether the allocator is jemalloc and not the C library's.</summary>
    internal bool IsJemalloc { get; init; }

    /// <summary>What to do about it; null when nothing was measured.</summary>
    public string? NextStep => IsRetention switch
    {
        true when IsJemalloc => "Restart with MALLOC_CONF=background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0; see docs/containers.md#allocator-retention",
        true => "Restart with MALLOC_MMAP_THRESHOLD_=65536 where the blocks are large, or with jemalloc (LD_PRELOAD) where they are small; see docs/containers.md#allocator-retention",
        false when UsedBytes >= Little => "Look for what allocates: undisposed handles, NativeMemory, native libraries; see docs/triage.md#unmanaged-growth",
        false => "Look elsewhere: the allocator holds little",
        null => null,
    };

    /// <summary>The measurement as one line, or the refusal.</summary>
    public override string ToString()
    {
        if (RefusedBecause is { } reason)
        {
            return $"Native probe refused: {reason}.";
        }

        string verdict = IsRetention == true ? "retention, not a leak" : "in use, not retention";
        string trim = ReturnedBytes is long returned ? string.Create(CultureInfo.InvariantCulture, $" A trim returned {ByteText.Of(returned)} in {TrimDuration?.TotalSeconds ?? 0:0.0} s.") : "";
        return $"Native: the allocator keeps {ByteText.Of(FreeBytes, "unknown")} free beside {ByteText.Of(UsedBytes, "unknown")} in use: {verdict}.{trim} Next: {NextStep}.";
    }
}
