namespace MutationTrials;

/// <summary>What became of a change.</summary>
internal enum Verdict
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>A test did not end.</summary>
    Hung,

    /// <summary>The process ended.</summary>
    Crashed,

    /// <summary>All tests that come by it passed.</summary>
    Survived,

    /// <summary>No test comes by it.</summary>
    Unreached,
}
