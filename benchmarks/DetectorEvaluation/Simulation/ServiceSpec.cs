using MemGuard.Triage;

namespace DetectorEvaluation.Simulation;

/// <summary>One service to simulate, and its truth.</summary>
internal sealed class ServiceSpec
{
    public required string Family { get; init; }

    /// <summary>None for a healthy service.</summary>
    public MemoryProblem Truth { get; init; }

    public required IReadOnlyList<MemoryPart> Parts { get; init; }

    public required LoadShape Load { get; init; }

    public required SimulatedHeap Heap { get; init; }

    /// <summary>Managed bytes allocated a second at load one.</summary>
    public double AllocationPerSecond { get; init; } = 2e6;

    /// <summary>Container limit; infinite for none.</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    /// <summary>What the runtime believes it may use.</summary>
    public double Available { get; init; } = 16e9;

    public double FileBytes { get; init; } = 70e6;

    public double Interval { get; init; } = 5;

    public double Duration { get; init; } = 3600;

    public Columns Columns { get; init; } = Columns.All;

    /// <summary>Whether the series tells any limit.</summary>
    public bool ShowsLimits { get; init; } = true;

    public bool FinalizerBlocks { get; init; }

    public Leak? Leak => Parts.OfType<Leak>().FirstOrDefault();
}
