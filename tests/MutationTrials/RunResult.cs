using Xunit.Abstractions;

namespace MutationTrials;

/// <param name="Failure">What failed first; null if nothing did.</param>
/// <param name="Failed">The test that did, if it was one.</param>
/// <param name="Ended">False if the run hangs: then this process is not to be used any more.</param>
internal sealed record RunResult(string? Failure, ITestCase? Failed, bool Ended)
{
    public bool Passed => Ended && Failure is null;
}
