using System.Collections;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>Adds structured properties to a line whose text is already whole: what a log store searches by need not be in the sentence.</summary>
/// <param name="inner">Where the line goes.</param>
/// <param name="details">Names in Pascal case, as in a message template.</param>
internal sealed class DetailedLogger(ILogger inner, params KeyValuePair<string, object?>[] details) : ILogger
{
    public static KeyValuePair<string, object?> Detail(string name, object? value) => new(name, value);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (inner.IsEnabled(logLevel))
        {
            Line line = new(formatter(state, exception), [.. state as IEnumerable<KeyValuePair<string, object?>> ?? [], .. details]);
            inner.Log(logLevel, eventId, line, exception, static (line, _) => line.Text);
        }
    }

    private sealed class Line(string text, IReadOnlyList<KeyValuePair<string, object?>> properties) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public string Text => text;

        public int Count => properties.Count;

        public KeyValuePair<string, object?> this[int index] => properties[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => properties.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;
    }
}
