using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MemGuard.Sessions;
using MemGuard.StartupHook.Variables;
using Microsoft.Extensions.Logging;

namespace MemGuard.StartupHook.Logging;

/// <summary>Says each line in one place: the tool's folder, else the application's log, else the error output.</summary>
/// <param name="destination">What the operator wants; null for the above.</param>
/// <param name="isVerbose">Whether the error output gets information too, and not only warnings.</param>
/// <param name="folder">The tool's folder; null where there is no tool.</param>
/// <param name="appLog">The application's log.</param>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Where the application has no log, its error output is all that there is.")]
internal sealed class HookLoggerFactory(HookLogDestination? destination, bool isVerbose, SessionFolder? folder, AppLog appLog) : ILoggerFactory
{
    /// <summary>Beyond this the tool's folder takes no more lines.</summary>
    private const long MaxLogBytes = 4L << 20;

    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new HookLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private void Write(string category, LogLevel level, EventId id, string text, IReadOnlyList<KeyValuePair<string, object?>> properties, Exception? exception)
    {
        if (destination == HookLogDestination.Off)
        {
            return;
        }

        if (destination is null && folder is not null)
        {
            Append(folder.LogFile, level, id, text);
        }
        else if ((destination == HookLogDestination.Stderr || !appLog.TryWrite(category, level, id, text, properties, exception)) && (level >= LogLevel.Warning || isVerbose))
        {
            Console.Error.WriteLine(StandardErrorLogger.Format(text, exception));
        }
    }

    private void Append(string path, LogLevel level, EventId id, string text)
    {
        lock (_gate)
        {
            using FileStream file = PrivateFile.OpenOrCreate(path, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length < MaxLogBytes)
            {
                file.Seek(0, SeekOrigin.End);
                using StreamWriter writer = new(file);
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{level} {id.Id} {VisibleText.Of(text)}\n"));
            }
        }
    }

    private sealed class HookLogger(HookLoggerFactory owner, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner.Write(category, logLevel, eventId, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], exception);
            }
        }
    }
}
