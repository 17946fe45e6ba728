using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>Writes warnings and errors to the standard error output, one line each, where no host gives a log.</summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "There is no log to write to: the error output is all that a process without a host has.")]
internal sealed class StandardErrorLogger : ILogger
{
    /// <summary>The only one: it keeps nothing.</summary>
    public static StandardErrorLogger Instance { get; } = new();

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.Error.WriteLine(Format(formatter(state, exception), exception));
        }
    }

    /// <summary>The line; of an exception its type and message, because a stack would be many.</summary>
    public static string Format(string message, Exception? exception) =>
        "memguard: " + VisibleText.Of(exception is null ? message : $"{message} ({exception.GetType().Name}: {exception.Message})");
}
