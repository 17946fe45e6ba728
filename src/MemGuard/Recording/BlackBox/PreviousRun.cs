using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>How the process before this one ended and what it suffered from, as its black box tells.</summary>
/// <remarks>Immutable. What is unknown is null.</remarks>
public sealed record PreviousRun
{
    /// <summary>How it ended.</summary>
    public required PreviousRunEnd End { get; init; }

    /// <summary>The whole of it as one line, as it is logged.</summary>
    public required string Message { get; init; }

    /// <summary>Its process id.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its last sample was taken, UTC.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>How long it had run by its last sample.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Its exit code, where it ended in order.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Type of the exception that ended it. Never its message.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>Whether an allocation had failed with <see cref="OutOfMemoryException"/> while the heap was nearly full, handled or not.</summary>
    public bool WasOutOfMemory { get; init; }

    /// <summary>Bytes in use that cannot be reclaimed, by the last sample.</summary>
    public long? UsedBytes { get; init; }

    /// <summary>The memory limit that counted.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>The open problem, as the metrics name it, for example <c>unmanaged_growth</c>.</summary>
    public string? Problem { get; init; }

    /// <summary>The facts of the open problem, as its alert had them.</summary>
    public string? Reason { get; init; }

    /// <summary>What was suspected of holding the memory.</summary>
    public string? Suspect { get; init; }

    /// <summary>How many processes of the same control group the kernel has killed for memory since the last sample.</summary>
    public long? KillsSince { get; init; }

    /// <summary>The runtime's crash report or dump.</summary>
    public string? CrashReport { get; init; }

    /// <summary>The last minutes, oldest first. Of each sample only time, heap and unmanaged bytes, and what counted against the limit are known.</summary>
    public IReadOnlyList<MemorySample> LastSamples { get; init; } = [];
}
