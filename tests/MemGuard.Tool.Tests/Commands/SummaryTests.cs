using MemGuard.Tool.Commands;
using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Tests.Commands;

public sealed class SummaryTests
{
    private const string Yellow = "\e[33m";
    private const string Green = "\e[32m";
    private const string Dim = "\e[2m";

    private static readonly SessionReport Watched = new() { ProcessId = 1, SampleCount = 5, Duration = TimeSpan.FromMinutes(3) };

    [Fact]
    public void Say_NothingWasAttached_WarnsWithTheLikelyReason() =>
        Assert.StartsWith($"{Yellow}memguard ▸\e[0m MemGuard was not attached: the command started no .NET 10 process", Say(new SessionReport()), StringComparison.Ordinal);

    [Fact]
    public void Say_NoAlert_IsGood() => Assert.Equal($"{Green}memguard ▸\e[0m no growth that matters in 3 min\n", Say(Watched with { Duration = TimeSpan.FromSeconds(180) }));

    [Theory]
    [InlineData("Suspected", Dim)]
    [InlineData("Confirmed", Yellow)]
    public void Say_Alert_IsTheVerdict(string stage, string colour) => Assert.Equal($"{colour}memguard ▸\e[0m Verdict: it grows\n", Say(Watched with { Alerts = [Alert(stage)] }));

    [Theory]
    [InlineData("Suspected", "withdrawn")]
    [InlineData("Confirmed", "resolved")]
    public void Say_AlertThatIsOver_SaysSo(string stage, string word) =>
        Assert.EndsWith($" Verdict, {word} since: it grows\n", Say(Watched with { Alerts = [Alert(stage), Alert("Resolved")] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("confirmed", "Suspected", false)]
    [InlineData("confirmed", "Confirmed", true)]
    [InlineData("suspected", "Suspected", true)]
    [InlineData("suspected", "Confirmed", true)]
    [InlineData("suspected", "Resolved", false)]
    [InlineData("never", "Confirmed", false)]
    [InlineData(null, "Confirmed", false)]
    public void IsFound_AlertOfAStage_FailsFromThatOnWhichWasAskedFor(string? failOn, string stage, bool isFound) =>
        Assert.Equal(isFound, Summary.IsFound(Watched with { Alerts = [Alert(stage)] }, failOn));

    /// <summary>The verdict is about the first of two problems; what is said of the other, or late of itself, does not end or begin it.</summary>
    [Theory]
    [InlineData("Confirmed A, Resolved A, Suspected B", true)]
    [InlineData("Confirmed A, Suspected B, Resolved B", false)]
    [InlineData("Confirmed A, Resolved A, Late A", true)]
    [InlineData("Confirmed A, Resolved A, Confirmed A", false)]
    public void Say_TwoProblems_TellsWhetherTheVerdictsIsOver(string alerts, bool isOver) =>
        Assert.Equal(isOver, Say(Watched with { Alerts = [.. alerts.Split(", ").Select(static words => Alert(words.Split(' ')[0], words.Split(' ')[1]))] }).Contains("resolved since", StringComparison.Ordinal));

    private static AlertLine Alert(string stage, string problem = "ManagedLeak") =>
        new() { Stage = stage == "Late" ? "Confirmed" : stage, IsLateEvidence = stage == "Late", Problem = problem, Message = "it grows", NextStep = "look" };

    private static string Say(SessionReport report)
    {
        using StringWriter said = new();
        Summary.Say(new Terminal(TextWriter.Null, said, isColoured: true), report);
        return said.ToString();
    }
}
