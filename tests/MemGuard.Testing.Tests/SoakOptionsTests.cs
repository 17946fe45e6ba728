namespace MemGuard.Testing.Tests;

public sealed class SoakOptionsTests
{
    public static TheoryData<string, SoakOptions> Wrong => new()
    {
        { "Concurrency must be from 1 to 1,000.", new() { Concurrency = 1_001 } },
        { "MaxIterations must be from 100 to 2,147,483,647.", new() { MaxIterations = 99 } },
        { "TolerancePerIteration must be from 0 to 1,073,741,824.", new() { TolerancePerIteration = -1 } },
        { "TolerancePerIteration must be from 0 to 1,073,741,824.", new() { TolerancePerIteration = double.NaN } },
        { "MaxDuration must be from 1 second to 1 day.", new() { MaxDuration = TimeSpan.FromSeconds(0.9) } },
        { "MaxDuration must be from 1 second to 1 day.", new() { MaxDuration = TimeSpan.FromDays(1.1) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Run_OptionOutOfRange_NamesItBeforeAnythingRuns(string error, SoakOptions options)
    {
        bool hasRun = false;

        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SoakTest.RunAsync(
            _ =>
            {
                hasRun = true;
                return Task.CompletedTask;
            },
            options));

        Assert.StartsWith(error, refused.Message, StringComparison.Ordinal);
        Assert.False(hasRun);
    }
}
