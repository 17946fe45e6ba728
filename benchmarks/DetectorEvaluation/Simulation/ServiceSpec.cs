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

    /// <summary>What each futile collection stops the service.</summary>
    public double ThrashPauseSeconds { get; init; }

    public Leak? Leak => Parts.OfType<Leak>().FirstOrDefault();

    /// <summary>Uptime at which the problem begins; infinite in a healthy service.</summary>
    public double Onset => Parts.OfType<Leak>().Select(static leak => leak.Onset).Concat(Parts.OfType<Thrashing>().Select(static part => part.Onset)).DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>The kinds that are true of it: one, or two where two leaks run at once.</summary>
    public IReadOnlyList<MemoryProblem> Kinds => Truth == MemoryProblem.None ? [] : Second == MemoryProblem.None ? [Truth] : [Truth, Second];

    /// <summary>The kind of a second leak beside the first; None for one leak.</summary>
    public MemoryProblem Second { get; init; }
}
