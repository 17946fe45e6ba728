using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class LoadModelTests
{
    private const double MB = SyntheticWindow.MB;

    /// <summary>Load that goes up and down three times in the window, apart from time.</summary>
    private static readonly double[] Waves = [.. Enumerable.Range(0, 24).Select(i => 100 + (50 * Math.Sin(i * Math.PI / 4)))];

    [Fact]
    public void LeavesGrowth_LevelIsTheLoadsAlone_TakesItOut()
    {
        double[] loads = [.. Waves.Select((load, i) => load + i)];
        SyntheticWindow window = new() { Levels = [.. loads.Select(load => 100 + load)], Loads = loads };
        GrowthWindow points = window.Window();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        Assert.False(LoadModel.LeavesGrowth(points, window.Demands(0.35), 100 * MB, ref evidence));
        Assert.InRange(points.Floors.ToArray().Max() - points.Floors.ToArray().Min(), 0, MB);
    }

    [Fact]
    public void LeavesGrowth_LeakUnderWaves_KeepsTheLeak()
    {
        SyntheticWindow window = new() { Levels = [.. Waves.Select((load, i) => 100 + (0.2 * load) + (2 * i))], Loads = Waves };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        Assert.True(LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence));
        Assert.Equal(48 * MB, evidence.Growth, MB);
    }

    [Fact]
    public void LeavesGrowth_LevelFallsWithTheLoad_TakesNothingOut()
    {
        SyntheticWindow window = new() { Levels = [.. Waves.Select((load, i) => 200 - (0.2 * load) + (2 * i))], Loads = Waves };
        GrowthWindow points = window.Window();
        double[] before = points.Floors.ToArray();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(points, window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(before, points.Floors.ToArray());
    }

    [Theory]
    [InlineData(2.8, false)]
    [InlineData(3.4, true)]
    public void LeavesGrowth_LoadsTermWithinItsChance_IsLeftAlone(double t, bool isTakenOut)
    {
        // Noise apart from load and time, and a term as many times as large as its standard error.
        double[] noise = [.. Enumerable.Range(0, 24).Select(i => Math.Cos(i * Math.PI))];
        double error = Math.Sqrt(24.0 / 21) / Math.Sqrt(Waves.Sum(load => (load - 100) * (load - 100)));
        SyntheticWindow window = new() { Levels = [.. Waves.Select((load, i) => 100 + (2 * i) + noise[i] + (t * error * (load - 100)))], Loads = Waves };
        GrowthWindow points = window.Window();
        double[] before = points.Floors.ToArray();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(points, window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(isTakenOut, !before.SequenceEqual(points.Floors.ToArray()));
    }

    [Theory]
    [InlineData(false, 0.6)]
    [InlineData(true, 0.3)]
    public void LeavesGrowth_LoadRoseInStepWithTime_MayHaveMovedThatMuchOfTheBase(bool isUnmanaged, double share)
    {
        // Load doubles in a straight line: nobody can say which of the two memory follows.
        double[] loads = SyntheticWindow.Line(24, 100, 4);
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, 4), Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };
        double ratio = (loads[18..].Average() / loads[..6].Average()) - 1;

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35) with { IsUnmanaged = isUnmanaged }, 100 * MB, ref evidence);

        Assert.Equal((96 * MB) - (share * 100 * MB * ratio), evidence.Growth, MB);
    }

    [Theory]
    [InlineData(1.09, 48)]
    [InlineData(1.11, 48 - (0.6 * 0.11 * 100))]
    public void LeavesGrowth_ATenthMoreLoad_IsMoreTraffic(double ratio, double growth)
    {
        double[] loads = [.. Enumerable.Range(0, 24).Select(i => 100 + (100 * (ratio - 1) * Math.Clamp((i - 5) / 13.0, 0, 1)))];
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, 2), Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(growth, evidence.Growth / MB, 0.1);
        Assert.Equal(ratio, evidence.LoadRatio, 0.001);
    }

    [Fact]
    public void LeavesGrowth_LoadWasLowerBefore_ComparesWithThat()
    {
        double[] loads = [.. Enumerable.Repeat(50.0, 6), .. Enumerable.Repeat(100.0, 24)];
        SyntheticWindow window = new() { Levels = [.. Enumerable.Repeat(60.0, 6), .. SyntheticWindow.Line(24, 100, 2)], Older = 6, Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(2, evidence.LoadRatio);
        Assert.Equal(48 - (0.6 * 60), evidence.Growth / MB, 0.1);
    }

    [Fact]
    public void LeavesGrowth_LoadIsNotKnown_ChangesNothing()
    {
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, 2) };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        Assert.True(LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence));
        Assert.Equal(48 * MB, evidence.Growth);
        Assert.True(double.IsNaN(evidence.LoadRatio));
    }

    [Theory]
    [InlineData(47.9, false)]
    [InlineData(48.1, true)]
    public void LeavesGrowth_WhatRemains_IsHeldAgainstTheSize(double growth, bool isEnough)
    {
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, growth / 24) };
        GrowthEvidence evidence = new() { RequiredGrowth = 48 * MB };

        Assert.Equal(isEnough, LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(25, false)]
    public void LeavesGrowth_LowerLoadLiesBeforeTheWindow_IsAllowedFor(double olderLoad, bool leavesGrowth)
    {
        // A job: four times the load since before the window began, and memory that rises meanwhile.
        double[] loads = [.. Enumerable.Repeat(olderLoad, 8), .. Waves];
        double[] levels = [.. Enumerable.Repeat(100.0, 8), .. SyntheticWindow.Line(24, 100, 5)];
        SyntheticWindow window = new() { Levels = levels, Loads = loads, Older = 8 };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        Assert.Equal(leavesGrowth, LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence));
    }

    [Fact]
    public void LeavesGrowth_LevelIsTheLoadsAlone_IsThatOfTheMeanLoad()
    {
        double[] loads = [.. Enumerable.Repeat(60.0, 4), .. Enumerable.Repeat(40.0, 4), .. Waves];
        SyntheticWindow window = new() { Levels = [.. loads.Select(static load => 100 + load)], Loads = loads, Older = 8 };
        GrowthWindow points = window.Window();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(points, Line().Demands(0.35), 100 * MB, ref evidence);

        // Before the window as well.
        double level = (100 + Waves.Average()) * MB;
        Assert.All(points.AllFloors.ToArray(), floor => Assert.Equal(level, floor, 1.0));
    }

    [Fact]
    public void LeavesGrowth_SomeLoadsAreNotKnown_AreTheMean()
    {
        double[] loads = [.. Waves.Select(static (load, i) => i % 3 == 0 ? double.NaN : load)];
        double mean = loads.Where(static load => !double.IsNaN(load)).Average();
        SyntheticWindow window = new() { Levels = [.. loads.Select((load, i) => 100 + (2 * i) + (double.IsNaN(load) ? mean : load))], Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(48, evidence.Growth / MB, 0.001);
    }

    // Apart from time, memory does not follow it: a quarter more of it explains nothing.
    [Fact]
    public void LeavesGrowth_MoreLoadThatIsToldApartFromTime_ExplainsNothing()
    {
        double[] loads = [.. Waves.Select(static load => 200 - load)];
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, 2), Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.InRange(evidence.LoadRatio, 1.2, 1.3);
        Assert.Equal(48, evidence.Growth / MB, 0.001);
    }

    // Half as much again, in step with time; a ratio that is only as much as is no more traffic is none.
    [Theory]
    [InlineData(1.5, 48)]
    [InlineData(1.499, 48 - (0.6 * 0.5 * 100))]
    public void LeavesGrowth_RatioThatCountsAsMore_MustBeExceeded(double more, double growth)
    {
        double[] loads = [.. Enumerable.Range(0, 24).Select(static i => 100 + (50 * Math.Clamp((i - 5) / 13.0, 0, 1)))];
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 100, 2), Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };
        GrowthDemands demands = window.Demands(0.35) with { Rules = TrendRules.Default with { Load = new LoadRules { MoreLoadRatio = more } } };

        LoadModel.LeavesGrowth(window.Window(), demands, 100 * MB, ref evidence);

        Assert.Equal(growth, evidence.Growth / MB, 0.001);
    }

    [Fact]
    public void LeavesGrowth_LoadBeforeIsTheSame_ComparesWithTheBaseOfTheWindow()
    {
        double[] loads = [.. Enumerable.Repeat(100.0, 6), .. Enumerable.Range(0, 24).Select(static i => i < 6 ? 100.0 : 200)];
        SyntheticWindow window = new() { Levels = [.. Enumerable.Repeat(10.0, 6), .. SyntheticWindow.Line(24, 100, 4)], Older = 6, Loads = loads };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(96 - (0.6 * 100), evidence.Growth / MB, 0.001);
    }

    [Fact]
    public void LeavesGrowth_ExactlyTheSize_IsEnough()
    {
        GrowthEvidence evidence = new() { RequiredGrowth = 48 * MB };

        Assert.True(LoadModel.LeavesGrowth(Line().Window(), Line().Demands(0.35), 100 * MB, ref evidence));
    }

    // Three unknowns need eight points.
    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void LeavesGrowth_FewPoints_CannotTellLoadFromTime(int count, bool isTakenOut)
    {
        double[] loads = [.. Enumerable.Range(0, count).Select(static i => i % 2 == 0 ? 100.0 : 50)];
        SyntheticWindow window = new() { Levels = [.. loads.Select(static (load, i) => 100 + (8 * i) + (load / 10))], Loads = loads };
        GrowthWindow points = window.Window();
        double[] before = points.Floors.ToArray();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(points, window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(isTakenOut, !before.SequenceEqual(points.Floors.ToArray()));
    }

    [Fact]
    public void LeavesGrowth_FewPointsAndTwiceTheLoad_ExplainsAShareOfTheBase()
    {
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(4, 100, 30), Loads = [100, 100, 200, 200] };
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(window.Window(), window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(120 - (0.6 * 100), evidence.Growth / MB, 0.001);
    }

    // The zigzag is a three-thousandth of the load's variance: whatever fits it is no term of the load.
    [Fact]
    public void LeavesGrowth_LoadHasNearlyNoVarianceOfItsOwn_TakesNothingOut()
    {
        double[] loads = [.. Enumerable.Range(0, 24).Select(static i => 100 + (4 * i) + (i % 2 == 0 ? 0.5 : -0.5))];
        SyntheticWindow window = new() { Levels = [.. loads.Select(static load => 100 + load)], Loads = loads };
        GrowthWindow points = window.Window();
        double[] before = points.Floors.ToArray();
        GrowthEvidence evidence = new() { RequiredGrowth = 4 * MB };

        LoadModel.LeavesGrowth(points, window.Demands(0.35), 100 * MB, ref evidence);

        Assert.Equal(before, points.Floors.ToArray());
    }

    private static SyntheticWindow Line() => new() { Levels = SyntheticWindow.Line(24, 100, 2) };
}
