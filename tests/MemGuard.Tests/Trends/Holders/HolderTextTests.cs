using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class HolderTextTests
{
    private static readonly GrowthHolder Work = new() { Kind = HolderKind.RunningWork, Name = "Import.Run()", ValidUntil = 0 };

    [Fact]
    public void Decision_Lasting_SaysWhatIsEnough() =>
        Assert.Equal("held by Import.Run(), which lasts: half of the share of the headroom is enough", HolderText.Decision(Work with { Kind = HolderKind.Lasting }));

    [Fact]
    public void Decision_Passing_SaysThatMoreIsAskedFor() =>
        Assert.Equal(
            "held by one place, whose entries leave by themselves, nobody knows when: twice the share of the headroom is asked for",
            HolderText.Decision(new GrowthHolder { Kind = HolderKind.Expiring, Name = "", IsPassing = true, ValidUntil = 0 }));

    [Fact]
    public void Decision_Work_SaysHowLongItIsWaitedFor() =>
        Assert.Equal("held by Import.Run(): a running method whose end is waited for, an hour at most", HolderText.Decision(Work));

    [Fact]
    public void NextStep_Work_IsToWait() =>
        Assert.Equal("Wait: Import.Run() holds most of the growth, a running method whose end is waited for, an hour at most.", HolderText.NextStep(Work));

    [Theory]
    [InlineData(0.254, "it fills, 25 % of its capacity so far")]
    [InlineData(double.NaN, "whose entries have not begun to expire")]
    public void NextStep_Filling_SaysHowFullItIsWhereThatIsKnown(double filled, string reason) =>
        Assert.Equal($"Wait: Import.Run() holds most of the growth, {reason}.", HolderText.NextStep(Work with { Kind = HolderKind.Filling, FilledRatio = filled }));

    [Fact]
    public void NextStep_EntriesThatExpire_IsToWaitForThat() =>
        Assert.Equal("Wait: Import.Run() holds most of the growth, whose entries have not begun to expire.", HolderText.NextStep(Work with { Kind = HolderKind.Expiring }));

    [Theory]
    [InlineData(nameof(HolderKind.Lasting), false)]
    [InlineData(nameof(HolderKind.RunningWork), true)]
    [InlineData(nameof(HolderKind.Filling), true)]
    [InlineData(nameof(HolderKind.Expiring), true)]
    public void NextStep_NothingToWaitFor_IsNone(string kind, bool isPassing) =>
        Assert.Null(HolderText.NextStep(Work with { Kind = Enum.Parse<HolderKind>(kind), IsPassing = isPassing }));
}
