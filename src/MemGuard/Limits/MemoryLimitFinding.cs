namespace MemGuard.Limits;

/// <summary>One thing about the limits and settings of this process that somebody should know.</summary>
/// <param name="Rule">A stable name, also the heading in docs/containers.md, such as <c>heap-limit-above-container</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Fact">What is the case, with the values that were seen, as one sentence.</param>
/// <param name="Setting">The exact setting to change, as one sentence.</param>
public sealed record MemoryLimitFinding(string Rule, MemoryAdviceSeverity Severity, string Fact, string Setting);
