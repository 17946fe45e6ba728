using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>Writes to the host's log within a <see cref="LogBudget"/>: what repeats thousands of times is said a few times, and the next line says how many were held back.</summary>
/// <remarks>Thread-safe. A line's structured properties stay as they are; only its text gains the count.</remarks>
internal sealed class BudgetedLogger(ILogger inner, LogBudget budget) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!budget.TryTake(eventId.Id, out long heldBack))
        {
            return;
        }

        Func<TState, Exception?, string> whole = LogBudget.Mention(formatter, heldBack);
        inner.Log(logLevel, eventId, state, exception, whole);
    }
}
