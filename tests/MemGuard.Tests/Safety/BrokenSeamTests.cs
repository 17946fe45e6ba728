using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MemGuard.Tests.Safety;

/// <summary>Whatever breaks, the host lives, one line says what broke, and sampling goes on without it.</summary>
public sealed class BrokenSeamTests
{
    /// <summary>The line that says the limits at the start.</summary>
    private const int Limits = 1003;
    private const int LimitAdvice = 1004;

    /// <summary>These tests sample as fast as they can, with a line for each sample.</summary>
    private const int Dropped = 2002;

    [Theory]
    [InlineData(Seam.RuntimeCounters, "the runtime's counters")]
    [InlineData(Seam.CollectionRecords, "the collections' records")]
    [InlineData(Seam.ResidentMemory, "the working set")]
    [InlineData(Seam.Container, "the container's memory")]
    [InlineData(Seam.Assemblies, "the assemblies")]
    [InlineData(Seam.LoadSignal, "the load signal")]
    [InlineData(Seam.WallClock, "the clock")]
    public async Task Start_SeamThrows_OneLineAnHourNamesItAndSamplingGoesOn(Seam broken, string source)
    {
        await using SabotagedHost host = new(new Sabotage(broken));

        await host.StartAsync();
        host.WaitForSamples(20);

        Assert.True(host.IsRunning);
        Assert.InRange(host.Monitor.GetHistory().Count, 19, int.MaxValue);
        host.AssertSaidOnceAnHour(source);
        Assert.All(
            host.Logger.Collector.GetSnapshot().Where(static entry => entry.Level >= LogLevel.Information && entry.Id.Id is not (Limits or LimitAdvice or Dropped)),
            entry => Assert.True(entry.Id.Id is (1000 or SabotagedHost.SwitchedOff) && entry.Message.Contains(source, StringComparison.Ordinal), entry.Message));
    }

    [Fact]
    public async Task Start_NothingIsBroken_SaysTheLimitsAndNothingElse()
    {
        await using SabotagedHost host = new(new Sabotage(Seam.None));

        await host.StartAsync();
        host.WaitForSamples(20);

        Assert.DoesNotContain(host.Logger.Collector.GetSnapshot(), static entry => entry.Level >= LogLevel.Information && entry.Id.Id is not (Limits or LimitAdvice or Dropped));
        Assert.Equal(100L * 1024 * 1024, host.Monitor.Latest?.WorkingSetBytes);
    }

    [Fact]
    public async Task Start_OneSourceBroken_TheOthersAreStillRead()
    {
        await using SabotagedHost host = new(new Sabotage(Seam.RuntimeCounters));

        await host.StartAsync();
        host.WaitForSamples(5);

        MemorySample sample = host.Monitor.Latest!.Value;
        Assert.Null(sample.Gen2CollectionCount);
        Assert.NotNull(sample.WorkingSetBytes);
        Assert.NotNull(sample.MemoryLimitBytes);
    }

    [Fact]
    public async Task Start_ClockGoesBackwards_SamplesStayInOrder()
    {
        Sabotage sabotage = new(Seam.None);
        await using SabotagedHost host = new(sabotage, options: static options => options.SamplingInterval = TimeSpan.FromMilliseconds(100));
        await host.StartAsync();
        host.WaitForSamples(5);

        sabotage.Leap = TimeSpan.FromSeconds(-1);
        host.WaitForSamples(5);

        Assert.True(host.IsRunning);
        IReadOnlyList<MemorySample> history = host.Monitor.GetHistory();
        Assert.InRange(history.Count, 9, int.MaxValue);
        Assert.Equal(history.Select(static sample => sample.Elapsed).Order(), history.Select(static sample => sample.Elapsed));
    }

    [Fact]
    public async Task Start_ClockThrows_SamplingGoesOnInRealTime()
    {
        await using SabotagedHost host = new(new Sabotage(Seam.Clock), options: static options => options.SamplingInterval = TimeSpan.FromMilliseconds(100));

        await host.StartAsync();
        host.WaitForSamples(3);

        Assert.True(host.IsRunning);
        Assert.NotNull(host.Monitor.Latest);
    }

    [Fact]
    public async Task Start_LoggerThrows_SamplingAndDiagnosisGoOn()
    {
        await using SabotagedHost host = new(new Sabotage(Seam.ResidentMemory), logger: new ThrowingLogger());

        await host.StartAsync();
        host.WaitForSamples(20);

        Assert.True(host.IsRunning);
        Assert.InRange(host.Monitor.GetHistory().Count, 19, int.MaxValue);
        Assert.NotEqual("MemGuard is not running", host.Monitor.Diagnose().Reason);
    }

    [Fact]
    public async Task Start_RecordingCannotBeWritten_OneLineSaysSoAndSamplingGoesOn()
    {
        string file = Path.GetTempFileName();
        await using SabotagedHost host = new(new Sabotage(Seam.None), options: options => options.RecordTo = Path.Combine(file, "below-a-file"));

        await host.StartAsync();
        Assert.True(host.WaitFor(() => host.Logger.Collector.GetSnapshot().Any(static entry => entry.Message.Contains("recording", StringComparison.Ordinal))));
        host.WaitForSamples(5);

        Assert.True(host.IsRunning);
        Assert.NotNull(host.Monitor.Latest);
        File.Delete(file);
    }
}
