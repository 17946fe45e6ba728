using MemGuard.Tool.Replays;
using MemGuard.Trends;

namespace MemGuard.Tool.Tests.Replays;

public sealed class ExplainTextTests
{
    public static TheoryData<string> Tests => [.. Enum.GetNames<GrowthTest>().Where(static name => name != nameof(GrowthTest.None))];

    /// <summary>A rule that decides and cannot say so leaves its user with a verdict and no reason.</summary>
    [Theory]
    [MemberData(nameof(Tests))]
    public void Describe_TestThatFailed_SaysWhatWasNotMet(string name)
    {
        GrowthTest test = Enum.Parse<GrowthTest>(name);

        string text = ExplainText.Describe(MemorySeries.Unmanaged, 20, Everything with { Failed = test });

        Assert.Contains($"fails at {name}", text, StringComparison.Ordinal);
        Assert.Contains("NOT ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_RisingHalfOfADay_SaysWhyItWaits() =>
        Assert.Contains(
            "NOT a wave of one day leaves 0.40 of the squares that growth leaves, needs 1.25: less may be half of a day, which falls again",
            ExplainText.Describe(MemorySeries.LiveHeap, 1280, Everything with { Failed = GrowthTest.Wave }),
            StringComparison.Ordinal);

    /// <summary>Every test was made and has its figure.</summary>
    private static GrowthEvidence Everything => new()
    {
        Rule = GrowthRule.Slow,
        Points = 24,
        Span = 30_000,
        Growth = 1e8,
        RequiredGrowth = 1e7,
        LoadRatio = 1,
        Urgency = 0.1,
        LargestQuarterShare = 0.4,
        JumpShare = 0.4,
        NewHighRatio = 1.2,
        FallRatio = 0.1,
        HalfSlopeRatio = 1,
        RequiredSlopeRatio = 0.85,
        BendRatio = 1,
        WaveRatio = 0.4,
        Slope = new SlopeInterval(3, 2, 4),
        WitnessShare = 1,
        ManagedRatio = 1,
        Collections = 2,
        Holder = HolderKind.Lasting,
    };
}
