using System.Collections.Concurrent;
using MemGuard.Bounded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.Exporters.Tests.Logs;

/// <summary>A structure that was made with <c>new</c>, before there was a host, is heard in the log of the host that watches.</summary>
public sealed class StructureLogTests
{
    [Fact]
    public async Task AddMemGuard_TaskOfAStructureMadeBefore_IsLoggedWhileTheHostRuns()
    {
        Lines lines = new();
        await using InFlightTasks tasks = new(new InFlightTasksOptions { Name = "mails", Capacity = 10 });
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(lines);
        builder.Services.AddMemGuard(static options => options.BlackBox = false);
        using IHost host = builder.Build();
        await host.StartAsync();

        await tasks.RunAsync(static _ => Task.FromException(new InvalidOperationException("no server")));
        await tasks.DrainAsync(TimeSpan.FromMinutes(1));

        // What is logged is written before the host has stopped.
        await host.StopAsync();
        Assert.Contains(lines.Ids, static id => id == 7110);
    }

    [Fact]
    public async Task Clear_TheLastOne_LeavesStructuresSilent()
    {
        Lines lines = new();
        object source = new();
        BoundedStructures.SetLogger(source, lines);
        BoundedStructures.ClearLogger(source);
        await using InFlightTasks tasks = new(new InFlightTasksOptions { Name = "mails", Capacity = 10 });

        await tasks.RunAsync(static _ => Task.FromException(new InvalidOperationException("no server")));
        await tasks.DrainAsync(TimeSpan.FromMinutes(1));

        Assert.Empty(lines.Ids);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<int> Ids { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Enqueue(eventId.Id);

        public void Dispose()
        {
        }
    }
}
