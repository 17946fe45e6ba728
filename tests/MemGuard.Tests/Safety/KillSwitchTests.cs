using System.Diagnostics.Metrics;
using MemGuard.Triage;

namespace MemGuard.Tests.Safety;

/// <summary>The environment variable is the process's: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(KillSwitchTests), DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "xunit's own word.")]
public sealed class KillSwitchCollection;

/// <summary>With <c>MEMGUARD_DISABLED=1</c> the host is as if MemGuard were not there.</summary>
[Collection(nameof(KillSwitchTests))]
public sealed class KillSwitchTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(KillSwitch.Variable, null);
        foreach (string directory in new[] { _directory, _directory + "-boxes" }.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Start_KillSwitchOn_NoThreadNoFileNoInstrument()
    {
        Environment.SetEnvironmentVariable(KillSwitch.Variable, "1");
        int threadsBefore = CountOwnThreads();
        using InstrumentCounter instruments = new();
        await using SabotagedHost host = CreateHost();

        await host.StartAsync();

        Assert.True(host.IsRunning);
        Assert.InRange(CountOwnThreads(), 0, threadsBefore);
        Assert.False(Directory.Exists(_directory));
        Assert.Equal(0, instruments.Count);
        Assert.Null(host.Monitor.Latest);
        Assert.Equal(MemoryProblem.None, host.Monitor.Diagnose().Problem);
        Assert.Equal([2003], host.Logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("Yes")]
    [InlineData(" ON ")]
    public async Task Start_KillSwitchOn_NothingOfTheOptionsCanStopTheHost(string value)
    {
        Environment.SetEnvironmentVariable(KillSwitch.Variable, value);
        await using SabotagedHost host = new(new Sabotage(Seam.None), options: static options => throw new InvalidOperationException("planted"));

        await host.StartAsync();

        Assert.True(host.IsRunning);
        Assert.Null(host.Monitor.Latest);
    }

    [Theory]
    [InlineData("2", true)]
    [InlineData("disabled", true)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    public async Task Start_ValueThatTurnsNothingOff_RunsAndSaysWhereItMeansNothing(string value, bool isSaid)
    {
        Environment.SetEnvironmentVariable(KillSwitch.Variable, value);
        await using SabotagedHost host = CreateHost();

        await host.StartAsync();
        host.WaitForSamples(1);

        Assert.Equal(isSaid, host.Logger.Collector.GetSnapshot().Any(static entry => entry.Id.Id == 2005));
    }

    [Fact]
    public async Task Start_KillSwitchOff_TheSameLookFindsThem()
    {
        int threadsBefore = CountOwnThreads();
        using InstrumentCounter instruments = new();
        await using SabotagedHost host = CreateHost();

        await host.StartAsync();
        Assert.True(host.WaitFor(() => Directory.Exists(_directory)));

        Assert.True(!OperatingSystem.IsLinux() || CountOwnThreads() > threadsBefore);
        Assert.InRange(instruments.Count, 1, int.MaxValue);
        Assert.NotNull(host.Monitor.Latest);
    }

    [Fact]
    public async Task Stop_AfterRunning_NoThreadIsLeft()
    {
        int threadsBefore = CountOwnThreads();
        await using SabotagedHost host = CreateHost();
        await host.StartAsync();
        host.WaitForSamples(5);

        await host.StopAsync();

        // A joined thread may show for another moment in the system's list.
        Assert.True(SpinWait.SpinUntil(() => CountOwnThreads() <= threadsBefore, TimeSpan.FromSeconds(30)));
    }

    // The switch that works without a restart: MemGuard:Enabled.
    [Fact]
    public async Task Reload_TurnedOffAndOnAgain_EverythingEndsAndComesBack()
    {
        int threadsBefore = CountOwnThreads();
        string boxes = _directory + "-boxes";
        Directory.CreateDirectory(boxes);
        await using SabotagedHost host = new(new Sabotage(Seam.None), options: options => (options.RecordTo, options.BlackBoxDirectory) = (_directory, boxes));
        await host.StartAsync();
        Assert.True(host.WaitFor(() => Recordings().Length == 1 && Boxes().Length == 1));
        Assert.True(CountMeasurements() > 0);

        host.Set("MemGuard:Enabled", "false");

        Assert.True(SpinWait.SpinUntil(() => host.Monitor.Latest is null && CountOwnThreads() <= threadsBefore, TimeSpan.FromSeconds(30)));
        Assert.True(host.IsRunning);
        Assert.Empty(Boxes());
        Assert.Equal(0, CountMeasurements());
        Assert.Empty(host.Monitor.GetHistory());
        Assert.Throws<InvalidOperationException>(host.Monitor.CreateReport);
        using (FileStream closed = new(Recordings()[0], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.True(closed.Length > 0);
        }

        host.Set("MemGuard:Enabled", "true");

        Assert.True(host.WaitFor(() => host.Monitor.Latest is not null && Recordings().Length == 2 && Boxes().Length == 1));
        Assert.True(!OperatingSystem.IsLinux() || CountOwnThreads() > threadsBefore);
        Assert.True(CountMeasurements() > 0);
        Assert.Equal([2003, 2004], host.Logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id).Where(static id => id is 2003 or 2004));

        string[] Recordings() => Directory.Exists(_directory) ? Directory.GetFiles(_directory, "*.csv", SearchOption.AllDirectories) : [];
        string[] Boxes() => Directory.GetFiles(boxes, "*.box", SearchOption.AllDirectories);
    }

    private static int CountMeasurements()
    {
        int count = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "MemGuard")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => count++);
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => count++);
        listener.Start();
        listener.RecordObservableInstruments();
        return count;
    }

    private SabotagedHost CreateHost() => new(new Sabotage(Seam.None), options: options => options.RecordTo = _directory);

    // By the names that the threads carry in the system, where there are such.
    private static int CountOwnThreads()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        int count = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                count += File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("MemGuard", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return count;
    }

    private sealed class InstrumentCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public InstrumentCounter()
        {
            _listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "MemGuard")
                {
                    Interlocked.Increment(ref _count);
                }
            };
            _listener.Start();

            // What earlier tests left behind does not count.
            _count = 0;
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
