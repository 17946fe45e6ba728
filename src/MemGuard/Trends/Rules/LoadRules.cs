namespace MemGuard.Trends;

/// <summary>What of a window's growth the load explains: least squares of the floor on time and load (detector-method.md, "The tests").</summary>
internal sealed record LoadRules
{
    /// <summary>Points for three unknowns: fewer leave the residual too few degrees of freedom to say what is chance.</summary>
    public int LeastPoints { get; init; } = 8;

    /// <summary>Below this t-value the load's term is chance: p is 0.003 for the 21 degrees of freedom of a full window.</summary>
    public double LeastTValue { get; init; } = 3;

    /// <summary>Above this share of common variance load rose in step with time, and the data cannot say which of them memory follows.</summary>
    public double LargestCommonShare { get; init; } = 0.35;

    /// <summary>Below this share of variance of its own the least squares have no solution worth having.</summary>
    public double LeastOwnShare { get; init; } = 0.02;

    /// <summary>Whether the allowance holds also where load and time were told apart in the window, if the lower load lies before it.</summary>
    public bool OlderReferenceAlwaysCounts { get; init; } = true;

    /// <summary>Last quarter's load over the reference that counts as more traffic.</summary>
    public double MoreLoadRatio { get; init; } = 1.1;

    /// <summary>A service that serves more holds more: this share of its base may grow with the load.</summary>
    public double BaseShare { get; init; } = 0.6;

    /// <summary>Outside the heap less follows the load: code, stacks and the runtime's own memory do not.</summary>
    public double UnmanagedBaseShare { get; init; } = 0.3;
}
