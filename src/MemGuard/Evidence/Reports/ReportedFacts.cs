using System.Text.Json;
using MemGuard.Costs;

namespace MemGuard.Evidence;

/// <summary>What of a report does not change while the process runs. Texts are encoded ahead.</summary>
internal sealed record ReportedProcess
{
    public required JsonEncodedText MemGuardVersion { get; init; }

    public JsonEncodedText? Application { get; init; }

    public JsonEncodedText? ApplicationVersion { get; init; }

    public int ProcessId { get; init; }

    public int ArgumentCount { get; init; }

    public required JsonEncodedText Framework { get; init; }

    public required JsonEncodedText OperatingSystem { get; init; }

    public required JsonEncodedText Architecture { get; init; }

    public int ProcessorCount { get; init; }

    public bool IsContainer { get; init; }

    public bool IsServerGC { get; init; }

    public bool IsAdaptiveGC { get; init; }

    public bool IsConcurrentGC { get; init; }

    public long ConserveMemory { get; init; }

    /// <summary>Settings in the environment, those that may be shown with their value and of the others only the name.</summary>
    public IReadOnlyList<(JsonEncodedText Name, JsonEncodedText? Value)> Environment { get; init; } = [];
}

/// <summary>The open problem, as the diagnosis has it.</summary>
internal sealed record ReportedProblem
{
    public required JsonEncodedText Problem { get; init; }

    public bool IsConfirmed { get; init; }

    public required JsonEncodedText Reason { get; init; }

    public required JsonEncodedText NextStep { get; init; }

    public double? BytesPerHour { get; init; }

    public TimeSpan? TimeToLimit { get; init; }

    public TimeSpan? TimeToLimitLow { get; init; }

    public TimeSpan? TimeToLimitHigh { get; init; }

    public IReadOnlyList<ReportedTrend> Trends { get; init; } = [];
}

/// <summary>One trend.</summary>
internal sealed record ReportedTrend(JsonEncodedText Series, double Start, double End, TimeSpan Window, double PerHour, double PerHourLow, double PerHourHigh, double Confidence);

/// <summary>One alert that was written.</summary>
internal sealed record ReportedAlert(TimeSpan Elapsed, JsonEncodedText Problem, JsonEncodedText Stage, JsonEncodedText Message);

/// <summary>What is suspected of holding the memory.</summary>
internal sealed record ReportedSuspect(JsonEncodedText Name, long? RetainedBytes, long? Count, JsonEncodedText CountUnit, double? GrowthShareRatio, JsonEncodedText? NextStep);

/// <summary>The limits and what is wrong with them.</summary>
internal sealed record ReportedLimits
{
    public long? MemoryLimitBytes { get; init; }

    public bool IsMemoryLimitKnown { get; init; } = true;

    public long? HeapLimitBytes { get; init; }

    public required JsonEncodedText HeapLimitOrigin { get; init; }

    public IReadOnlyList<(JsonEncodedText Rule, JsonEncodedText Severity, JsonEncodedText Fact, JsonEncodedText Setting)> Findings { get; init; } = [];
}

/// <summary>How the process before ended.</summary>
internal sealed record ReportedPreviousRun(JsonEncodedText End, JsonEncodedText Message, int? ProcessId, DateTimeOffset? LastSeenAt, TimeSpan? Uptime, int? ExitCode, long? UsedBytes, long? LimitBytes, JsonEncodedText? Problem, JsonEncodedText? Suspect);

/// <summary>A bounded or watched structure.</summary>
internal sealed record ReportedStructure(JsonEncodedText Name, JsonEncodedText Kind, long Count, long? Capacity, long? Weight, long? MaxWeight, long? TotalHits, long? TotalMisses, long? TotalEvictions, TimeSpan? OldestAge);

/// <summary>One generation of the managed heap after its last collection.</summary>
internal sealed record ReportedGeneration(JsonEncodedText Name, long SizeBytes, long FragmentedBytes);

/// <summary>What is dear to read, or makes objects: read now and then, never while the process dies.</summary>
internal sealed record ReportedInventory
{
    public static ReportedInventory Empty { get; } = new();

    public TimeSpan Elapsed { get; init; }

    public IReadOnlyList<ReportedStructure> Structures { get; init; } = [];

    public IReadOnlyList<ReportedGeneration> Generations { get; init; } = [];

    public IReadOnlyList<(JsonEncodedText Name, JsonEncodedText Version)> Assemblies { get; init; } = [];

    public IReadOnlyList<(JsonEncodedText Source, long Count)> InternalErrors { get; init; } = [];

    /// <summary>Parts that are switched off because they keep failing.</summary>
    public IReadOnlyList<JsonEncodedText> SwitchedOff { get; init; } = [];

    public long? ThreadCount { get; init; }

    public int PoolThreadCount { get; init; }

    public long PendingWorkItemCount { get; init; }

    public long CompletedWorkItemCount { get; init; }
}

/// <summary>What MemGuard itself costs and does.</summary>
internal readonly record struct ReportedSelf(TimeSpan SampleDuration, TimeSpan SampleLateness, long ConfirmingCollections, long? RecordedRows, long? DroppedRows)
{
    /// <summary>Null where the system does not tell it.</summary>
    public TimeSpan? ProcessorTime { get; init; }

    public long AllocatedBytes { get; init; }

    public TimeSpan Pause { get; init; }

    public long DiskBytes { get; init; }

    public CostTier Tier { get; init; }
}

/// <summary>An exception that ends the process: its type and where it was thrown, never its message.</summary>
internal sealed record ReportedException(JsonEncodedText Type, IReadOnlyList<JsonEncodedText> Stack);
