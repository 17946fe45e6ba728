using System.Numerics;

namespace MemGuard.Testing.Tests.Growth;

/// <summary>Error rates on fixed seeds. The whole table stands in docs/soak-tests.md.</summary>
public sealed class SoakJudgeTests
{
    private const int Seeds = 60;
    private const double Tolerance = 8;

    [Fact]
    public void Conclude_HealthyShapes_AreHardlyEverCalledGrowing()
    {
        List<string> wrong = [];
        foreach ((string name, Func<Random, double, double> shape) in SimulatedSoak.Healthy)
        {
            wrong.AddRange(Enumerable.Range(0, Seeds).Where(seed => SoakJudge.Conclude(SimulatedSoak.Draw(seed, shape), Tolerance) == SoakVerdict.Growing).Select(seed => $"{name} {seed}"));
        }

        // Less than one in a hundred.
        Assert.True(wrong.Count <= Seeds * SimulatedSoak.Healthy.Count / 100, string.Join(", ", wrong));
    }

    [Theory]
    [InlineData(24, 0.85)]
    [InlineData(88, 0.95)]
    [InlineData(1_024, 1)]
    public void Conclude_Leaks_AreCalledGrowingAndNeverStable(double bytesAnIteration, double least)
    {
        SoakVerdict[] verdicts = [.. Enumerable.Range(0, Seeds).Select(seed => SoakJudge.Conclude(SimulatedSoak.Draw(seed, SimulatedSoak.Healthy["flat"], bytesAnIteration), Tolerance))];

        Assert.DoesNotContain(SoakVerdict.Stable, verdicts);
        Assert.InRange(verdicts.Count(static verdict => verdict == SoakVerdict.Growing) / (double)Seeds, least, 1);
    }

    [Fact]
    public void Conclude_FewIterationsOrPoints_DoesNotSayGrowing()
    {
        SoakPoint[] few = [.. Enumerable.Range(1, 23).Select(static i => new SoakPoint(i * 200, TimeSpan.FromSeconds(i), i * 100_000))];
        SoakPoint[] quick = [.. Enumerable.Range(1, 40).Select(static i => new SoakPoint(i * 10, TimeSpan.FromSeconds(i), i * 100_000))];

        Assert.Equal(SoakVerdict.Undecided, SoakJudge.Conclude(few, Tolerance));
        Assert.Equal(SoakVerdict.Undecided, SoakJudge.Conclude(quick, Tolerance));
    }

    [Fact]
    public void LooksStable_OneLateStep_IsNoGrowth()
    {
        SoakPoint[] points = [.. Enumerable.Range(1, 60).Select(static i => new SoakPoint(i * 200, TimeSpan.FromSeconds(i), 5_000_000 + (i > 48 ? 500_000 : 0)))];

        Assert.True(SoakJudge.LooksStable(points, Tolerance));
    }

    [Fact]
    public void SmallestDetectable_AListThatDoubles_IsBelowTheLeakThatItIsCalledGrowingFor()
    {
        // 24 B a call, and an array that is copied into one of twice the length: growth in steps, in one direction.
        SoakPoint[] points = [.. Enumerable.Range(1, 100).Select(static i => new SoakPoint(i * 200, TimeSpan.FromSeconds(i), 5_000_000 + (24 * 200 * i) + (8 << BitOperations.Log2((uint)(i * 200)))))];

        Assert.Equal(SoakVerdict.Growing, SoakJudge.Conclude(points, Tolerance));
        Assert.InRange(SoakJudge.SmallestDetectable(SoakJudge.Half.Of(points), Tolerance), Tolerance, 24);
    }
}
