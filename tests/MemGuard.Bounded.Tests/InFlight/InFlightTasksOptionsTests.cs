namespace MemGuard.Bounded.Tests.InFlight;

public class InFlightTasksOptionsTests
{
    public static TheoryData<string, InFlightTasksOptions> Wrong => new()
    {
        { "Name must not be empty.", new() { Capacity = 1, Name = "" } },
        { "Capacity of in-flight tasks 't' must be positive.", new() { Name = "t", Capacity = 0 } },
        { "StuckAfter of in-flight tasks 't' must be at least 1 second, or infinite.", new() { Capacity = 1, Name = "t", StuckAfter = TimeSpan.FromMilliseconds(999) } },
        { "DrainTimeout of in-flight tasks 't' must not be negative.", new() { Capacity = 1, Name = "t", DrainTimeout = TimeSpan.FromTicks(-1) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void GetErrors_OneOptionIsWrong_NamesItAndItsRange(string error, InFlightTasksOptions options)
    {
        Assert.StartsWith(error, Assert.Single(options.GetErrors()), StringComparison.Ordinal);
        Assert.StartsWith(error, Assert.ThrowsAny<ArgumentException>(() => new InFlightTasks(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetErrors_EverythingAtItsEdge_HasNone()
    {
        Assert.Empty(new InFlightTasksOptions { Capacity = 1, StuckAfter = TimeSpan.FromSeconds(1), DrainTimeout = TimeSpan.Zero }.GetErrors());
        Assert.Empty(new InFlightTasksOptions { Capacity = 1, StuckAfter = Timeout.InfiniteTimeSpan }.GetErrors());
    }
}
