using Microsoft.Extensions.Logging;

namespace Hostile.App;

/// <summary>Writes MemGuard's lines to the standard output, one line each.</summary>
internal sealed class LineLogger : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName.StartsWith("MemGuard", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Category(bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs && logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Console.Out.WriteLine($"log|{eventId.Id}|{logLevel}|{formatter(state, exception).ReplaceLineEndings(" ")} {exception?.Message.ReplaceLineEndings(" ")}");
            }
        }
    }
}
