using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests;

public sealed class BackgroundLoggerTests
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeLogger _sink = new();

    [Theory]
    [InlineData(LogLevel.Debug, true)]
    [InlineData(LogLevel.Trace, false)]
    public void IsEnabled_Details_FollowsTheHostsAnswer(LogLevel level, bool isWanted)
    {
        _sink.ControlLevel(LogLevel.Trace, enabled: false);
        BackgroundLogger logger = new(_sink, static () => { });

        Assert.True(SpinWait.SpinUntil(() => logger.IsEnabled(LogLevel.Debug), Patience));
        Assert.Equal(isWanted, logger.IsEnabled(level));
        Assert.False(logger.IsEnabled(LogLevel.None));
    }

    [Fact]
    public void IsEnabled_HostDoesNotAnswer_SaysAtOnceWhatIsUsual()
    {
        using ManualResetEventSlim release = new();
        BackgroundLogger logger = new(new AskedLogger(() => release.Wait(CancellationToken.None)), static () => { });

        Assert.False(logger.IsEnabled(LogLevel.Debug));
        Assert.True(logger.IsEnabled(LogLevel.Information));
        release.Set();
    }

    [Fact]
    public void IsEnabled_HostThrows_IsCountedAndDetailsAreLeftOut()
    {
        int errors = 0;
        BackgroundLogger logger = new(new AskedLogger(static () => throw new InvalidOperationException("planted")), () => Interlocked.Increment(ref errors));

        Assert.False(logger.IsEnabled(LogLevel.Debug));

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref errors) == 1, Patience));
        Assert.False(logger.IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public void Log_SameEventAThousandTimes_WritesAFewAndSaysHowManyWereHeldBack()
    {
        FakeTimeProvider time = new();
        BackgroundLogger logger = new(_sink, static () => { }, new LogBudget(time, burst: 3));
        for (int i = 0; i < 1000; i++)
        {
            logger.Log(LogLevel.Error, new EventId(2001), "refused", null, static (state, _) => state);
        }

        time.Advance(TimeSpan.FromHours(1));
        logger.Log(LogLevel.Error, new EventId(2001), "refused", null, static (state, _) => state);

        Assert.True(logger.Flush(Patience));
        Assert.Equal(["refused", "refused", "refused", "refused (997 line(s) like it were held back since the last one.)"], _sink.Collector.GetSnapshot().Select(static entry => entry.Message));
    }

    [Fact]
    public void Log_ManyAlerts_NoneIsHeldBack()
    {
        BackgroundLogger logger = new(_sink, static () => { }, new LogBudget(new FakeTimeProvider(), burst: 3));
        for (int i = 0; i < 50; i++)
        {
            logger.Log(LogLevel.Warning, new EventId(3001), "leak", null, static (state, _) => state);
        }

        Assert.True(logger.Flush(Patience));
        Assert.Equal(50, _sink.Collector.GetSnapshot().Count);
    }

    [Fact]
    public void With_OtherCategory_WritesThere()
    {
        FakeLogger other = new();
        BackgroundLogger logger = new(_sink, static () => { });

        logger.With(other).LogWarning("limits");

        Assert.True(logger.Flush(Patience));
        Assert.Equal("limits", Assert.Single(other.Collector.GetSnapshot()).Message);
        Assert.Empty(_sink.Collector.GetSnapshot());
    }

    [Fact]
    public void Log_LevelThatTheHostDoesNotWant_IsNotWritten()
    {
        _sink.ControlLevel(LogLevel.Information, enabled: false);
        BackgroundLogger logger = new(_sink, static () => { });

        logger.LogInformation("unwanted");
        logger.LogWarning("wanted");

        Assert.True(logger.Flush(Patience));
        Assert.Equal("wanted", Assert.Single(_sink.Collector.GetSnapshot()).Message);
    }

    private sealed class AskedLogger(Action onAsked) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            onAsked();
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
