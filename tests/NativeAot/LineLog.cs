using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NativeAot;

/// <summary>Keeps the ids of MemGuard's lines.</summary>
internal sealed class LineLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<int> Ids { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Ids.Enqueue(eventId.Id);
        Console.WriteLine($"  {eventId.Id} {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
