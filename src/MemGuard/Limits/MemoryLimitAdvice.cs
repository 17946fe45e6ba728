using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>The limits that can end this process, and what is wrong with the way they are set.</summary>
/// <remarks>Immutable. Two pieces of advice are not compared by their findings.</remarks>
public sealed record MemoryLimitAdvice
{
    /// <summary>Before anything is known.</summary>
    public static MemoryLimitAdvice None { get; } = new();

    /// <summary>The tightest limit on the process's memory, configured or found; null when there is none or it cannot be read.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Whether it is known if there is a limit: a group of which nothing can be seen may have one.</summary>
    public bool IsMemoryLimitKnown { get; init; } = true;

    /// <summary>The effective limit of the managed heap; null when it has none.</summary>
    public long? HeapLimitBytes { get; init; }

    /// <summary>Where the heap's limit comes from.</summary>
    public HeapLimitOrigin HeapLimitOrigin { get; init; }

    /// <summary>What was found, the most severe first.</summary>
    public IReadOnlyList<MemoryLimitFinding> Findings { get; init; } = [];

    /// <summary>The severity of the worst finding; null when all is well.</summary>
    public MemoryAdviceSeverity? Verdict => Findings.Count > 0 ? Findings[0].Severity : null;

    /// <summary>The advice as one line.</summary>
    public override string ToString()
    {
        string limits = $"memory limit {ByteText.Of(MemoryLimitBytes, IsMemoryLimitKnown ? "none" : "unknown")}, heap limit {ByteText.Of(HeapLimitBytes, "none")}{Origin()}";
        return Findings.Count == 0
            ? limits + ": no objection"
            : limits + ". " + string.Join(" ", Findings.Select(static finding => $"{finding.Fact}. {finding.Setting}."));
    }

    private string Origin() => HeapLimitOrigin switch
    {
        HeapLimitOrigin.ConfiguredBytes => " (GCHeapHardLimit)",
        HeapLimitOrigin.ConfiguredPercent => " (GCHeapHardLimitPercent)",
        HeapLimitOrigin.ContainerDefault => " (the default in a container)",
        _ => string.Empty,
    };
}
