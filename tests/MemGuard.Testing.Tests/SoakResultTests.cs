namespace MemGuard.Testing.Tests;

public sealed class SoakResultTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(SoakVerdict.Growing, "Memory grows: +40 B an iteration (38 to 42 at 99 %), steady from iteration 500 to 1,000; it does not level off.")]
    [InlineData(SoakVerdict.Stable, "Memory is stable: +40 B an iteration (38 to 42 at 99 %) over 1,000 iterations; growth of 9 B an iteration would have been seen.")]
    [InlineData(SoakVerdict.Undecided, "Undecided: +40 B an iteration (38 to 42 at 99 %) over 1,000 iterations; growth below 9 B an iteration cannot be told from noise here.")]
    public void ToString_EachVerdict_SaysItInFigures(SoakVerdict verdict, string line) =>
        Assert.StartsWith(line + "\n  live heap after full collections, KB: no points   tolerance 8 B/iteration", Result(verdict).ToString(), StringComparison.Ordinal);

    [Fact]
    public void ToString_PointsAndNotes_ShowsTheCourse()
    {
        SoakResult result = Result(SoakVerdict.Stable) with { Points = [Point(0, 1), Point(500, 9), Point(1_000, 5)], Notes = ["a note"] };

        Assert.EndsWith("KB: 1 ▁█▅ 5   tolerance 8 B/iteration\n  Note: a note", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_MorePointsThanColumns_DrawsSixteen()
    {
        SoakResult result = Result(SoakVerdict.Stable) with { Points = [.. Enumerable.Range(0, 32).Select(static i => Point(i, i))] };

        Assert.Contains("KB: 0 ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██ 31 ", result.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SoakVerdict.Stable, true, true)]
    [InlineData(SoakVerdict.Undecided, false, true)]
    [InlineData(SoakVerdict.Undecided, true, false)]
    [InlineData(SoakVerdict.Growing, false, false)]
    public void IsStable_VerdictAndWhatIsRequired_DecideTogether(SoakVerdict verdict, bool requiresVerdict, bool passes)
    {
        Exception? failure = Record.Exception(() => MemoryAssert.IsStable(Result(verdict) with { RequiresVerdict = requiresVerdict }));

        Assert.Equal(passes, failure is null);
        Assert.True(passes || failure is MemoryAssertionException { Message: var message } && message.Contains("\nNext: take a longer run", StringComparison.Ordinal));
    }

    [Fact]
    public void GrowthPerHour_IsThatAtTheSpeedOfTheRun()
    {
        Assert.Equal(40 * 1_000 * 60, Result(SoakVerdict.Growing).GrowthPerHour, 1e-6);
        Assert.Equal(0, (Result(SoakVerdict.Growing) with { Duration = TimeSpan.Zero }).GrowthPerHour);
    }

    [Theory]
    [InlineData(60, "+20 B an iteration against the baseline (17.2 to 22.8 at 99 %): worse")]
    [InlineData(40, "0 B an iteration against the baseline (-2.8 to 2.8 at 99 %): no certain difference")]
    [InlineData(20, "-20 B an iteration against the baseline (-22.8 to -17.2 at 99 %): no certain difference")]
    public void CompareTo_Baseline_SaysHowSureTheDifferenceIs(double slope, string line)
    {
        SoakResult run = Result(SoakVerdict.Growing) with { GrowthPerIteration = slope, GrowthPerIterationLow = slope - 2, GrowthPerIterationHigh = slope + 2 };

        Assert.Equal(line, run.CompareTo(Result(SoakVerdict.Growing)).ToString());
    }

    [Fact]
    public void CompareTo_RunsOfDifferentTolerance_TakesTheLarger() =>
        Assert.Equal(16, Result(SoakVerdict.Stable).CompareTo(Result(SoakVerdict.Stable) with { Tolerance = 16 }).Tolerance);

    [Fact]
    public void Read_NewerVersion_SaysWhichItReads()
    {
        (Result(SoakVerdict.Stable) with { Schema = 2 }).Save(_path);

        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => SoakResult.Read(_path));

        Assert.Contains("has version 2; this version of MemGuard.Testing reads 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "is empty")]
    [InlineData("{}", "is no soak result")]
    public void Read_JsonThatIsNoResult_SaysSo(string json, string reason)
    {
        File.WriteAllText(_path, json);

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => SoakResult.Read(_path)).Message, StringComparison.Ordinal);
    }

    private static SoakPoint Point(long iteration, long kilobytes) => new(iteration, TimeSpan.FromSeconds(iteration), kilobytes * 1024);

    private static SoakResult Result(SoakVerdict verdict) => new()
    {
        Verdict = verdict,
        GrowthPerIteration = 40,
        GrowthPerIterationLow = 38,
        GrowthPerIterationHigh = 42,
        Tolerance = 8,
        SmallestDetectableGrowth = 9,
        Points = [],
        Iterations = 1_000,
        Duration = TimeSpan.FromMinutes(1),
        WarmUpEnd = 500,
        Environment = "test",
    };
}
