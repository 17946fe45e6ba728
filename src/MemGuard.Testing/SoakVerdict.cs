namespace MemGuard.Testing;

/// <summary>What a soak test says about memory.</summary>
public enum SoakVerdict
{
    /// <summary>The points do not decide: too few, too noisy, or growth that may be levelling off.</summary>
    Undecided,

    /// <summary>Memory does not grow by more than the tolerance.</summary>
    Stable,

    /// <summary>Memory grows, steadily, to the end.</summary>
    Growing,
}
