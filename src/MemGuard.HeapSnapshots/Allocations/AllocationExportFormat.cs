namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Formats in which an allocation profile can be written.</summary>
public enum AllocationExportFormat
{
    /// <summary>JSON of https://www.speedscope.app: a flame graph in any browser.</summary>
    Speedscope,

    /// <summary>Text, a line a stack: <c>outermost;…;innermost;[type] bytes</c>, which flamegraph.pl, inferno and most other viewers read.</summary>
    CollapsedStacks,
}
