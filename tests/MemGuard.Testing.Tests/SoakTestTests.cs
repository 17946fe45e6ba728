namespace MemGuard.Testing.Tests;

public sealed class SoakTestTests
{
    [Fact]
    public async Task Run_StableScenario_StopsEarlyAndSaysWhatItWouldHaveSeen()
    {
        SoakResult result = await SoakTest.RunAsync(static _ => Task.FromResult(new byte[64]));

        MemoryAssert.IsStable(result);
        Assert.Equal(SoakVerdict.Stable, result.Verdict);
        Assert.InRange(result.Iterations, 24, 20_000);
        Assert.Contains("would have been seen", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneObjectACall_IsGrowingAndNamed()
    {
        SoakResult result = await SoakTest.RunAsync(static _ =>
        {
            Leaks.Keep();
            return Task.CompletedTask;
        });

        MemoryAssertionException failure = Assert.Throws<MemoryAssertionException>(() => MemoryAssert.IsStable(result));
        Assert.NotEqual(SoakVerdict.Stable, result.Verdict);

        // The object, and its place in the list, whose array is up to twice as long.
        Assert.InRange(result.GrowthPerIteration, 24, 48);
        Assert.Contains("static Leaks.Seen", failure.Message, StringComparison.Ordinal);
        Leaks.Seen.Clear();
    }

    [Fact]
    public async Task Save_AndRead_KeepTheResult()
    {
        SoakResult result = await SoakTest.RunAsync(static _ => Task.CompletedTask, new SoakOptions { MaxIterations = 2_400, NameHolders = false });
        string path = Path.Combine(Directory.CreateTempSubdirectory("memguard-soak").FullName, "soak.json");

        result.Save(path);
        SoakResult read = SoakResult.Read(path);

        Assert.Equal(result.Points, read.Points);
        Assert.Equal(result.ToString(), read.ToString());
        Assert.False(read.CompareTo(result).IsWorse);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void CompareTo_SteeperRun_IsWorse()
    {
        SoakResult before = Result(0, -1, 1);

        Assert.True(Result(40, 38, 42).CompareTo(before).IsWorse);
        Assert.False(Result(4, 2, 6).CompareTo(before).IsWorse);
    }

    [Fact]
    public async Task Run_BadOptions_NameTheOptionAndItsRange()
    {
        ArgumentOutOfRangeException failure = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SoakTest.RunAsync(static _ => Task.CompletedTask, new SoakOptions { Concurrency = 0 }));

        Assert.Contains("Concurrency must be from 1 to 1,000", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AForeignFile_SaysSo()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "[1, 2");

        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => SoakResult.Read(path));

        Assert.Contains("is no soak result", failure.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static SoakResult Result(double slope, double low, double high) => new()
    {
        Verdict = SoakVerdict.Undecided,
        GrowthPerIteration = slope,
        GrowthPerIterationLow = low,
        GrowthPerIterationHigh = high,
        Tolerance = 8,
        SmallestDetectableGrowth = 9,
        Points = [],
        Iterations = 1_000,
        Duration = TimeSpan.FromMinutes(1),
        WarmUpEnd = 500,
        Environment = "test",
    };
}
