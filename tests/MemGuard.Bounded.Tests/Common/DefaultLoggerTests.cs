using System.IO.Pipelines;
using MemGuard.Lifetimes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Common;

/// <summary>The logger of those that have none of their own. No other tests of this assembly set one.</summary>
public sealed class DefaultLoggerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeLogger _first = new();
    private readonly FakeLogger _second = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _name = $"logs-{Guid.NewGuid()}";
    private readonly object _other = new();

    public DefaultLoggerTests() => BoundedStructures.SetLogger(this, _first);

    public void Dispose()
    {
        BoundedStructures.ClearLogger(this);
        BoundedStructures.ClearLogger(_other);
    }

    [Fact]
    public void SetLogger_Several_TheOldestCountsUntilItIsTakenBack()
    {
        BoundedStructures.SetLogger(_other, _second);

        Assert.Same(_first, DefaultLogger.Current);
        BoundedStructures.ClearLogger(this);
        Assert.Same(_second, DefaultLogger.Current);
        BoundedStructures.ClearLogger(_other);

        Assert.Null(DefaultLogger.Current);
    }

    [Fact]
    public void SetLoggerClearLogger_NullArgument_NamesIt()
    {
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(() => BoundedStructures.SetLogger(null!, _second)).ParamName);
        Assert.Equal("logger", Assert.Throws<ArgumentNullException>(() => BoundedStructures.SetLogger(_other, null!)).ParamName);
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(static () => BoundedStructures.ClearLogger(null!)).ParamName);
        Assert.Same(_first, DefaultLogger.Current);
    }

    [Fact]
    public void GuardedEvent_NoLoggerOfItsOwn_SaysThatHandlersPileUpAndThatOneThrew()
    {
        GuardedEvent<int> source = new(_name, new GuardedEventOptions { WarnAt = 1 });
        source.Subscribe(static (_, _) => throw new InvalidDataException());

        source.Raise(this, 1);

        Assert.Equal([7200, 7201], Said());
    }

    [Fact]
    public async Task InFlightTasks_NoLoggerOfTheirOwn_SayFailuresStuckOnesAndAnIncompleteDrain()
    {
        InFlightTasks tasks = new(new InFlightTasksOptions { Name = _name, Capacity = 2 }, _time);
        TaskCompletionSource never = new();
        await tasks.RunAsync(static _ => throw new InvalidDataException());
        await tasks.RunAsync(_ => never.Task);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await tasks.DrainAsync(TimeSpan.Zero).WaitAsync(Patience));

        Assert.Equal([7110, 7111, 7112], Said());
    }

    [Fact]
    public async Task BoundedPipeWriter_NoLoggerOfItsOwn_SaysIgnoredFlushesAndStalls()
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        BoundedPipeWriter writer = new(pipe.Writer, new BoundedPipeWriterOptions { Name = _name }, _time);
        Task<FlushResult> pending = writer.WriteAsync(new byte[10]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.FlushAsync());

        _time.Advance(TimeSpan.FromSeconds(30));
        await pending.WaitAsync(Patience);

        Assert.Equal([7100, 7101], Said());
    }

    [Fact]
    public void GuardedTimer_NoLoggerOfItsOwn_SaysThatATickThrew()
    {
        using GuardedTimer timer = GuardedTimer.Start(this, Patience, static _ => throw new InvalidDataException(), timeProvider: _time, file: _name, line: 7);

        _time.Advance(Patience);
        _time.Advance(Patience);

        Assert.Equal(2, timer.TotalErrors);
        Assert.Equal([7210], Said());
    }

    private IEnumerable<int> Said() => _first.Collector.GetSnapshot().Where(record => record.Message.Contains(_name, StringComparison.Ordinal)).Select(static record => record.Id.Id);
}
