namespace MemGuard.Limits;

/// <summary>One thing about the limits and settings of this process that somebody should know.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MemoryLimitFinding
{
    /// <summary>A stable name, also the heading in docs/containers.md, such as <c>heap-limit-above-container</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>How much it matters.</summary>
    public required MemoryAdviceSeverity Severity { get; init; }

    /// <summary>What is the case, with the values that were seen, as one sentence.</summary>
    public required string Fact { get; init; }

    /// <summary>The exact setting to change, as one sentence.</summary>
    public required string Setting { get; init; }

    internal static MemoryLimitFinding Create(string rule, MemoryAdviceSeverity severity, string fact, string setting) =>
        new() { Rule = rule, Severity = severity, Fact = fact, Setting = setting };
}
