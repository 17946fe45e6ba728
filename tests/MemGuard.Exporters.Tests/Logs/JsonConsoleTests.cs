using System.Text.Json;
using MemGuard.ArchitectureTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MemGuard.Exporters.Tests.Logs;

/// <summary>The lines of <c>AddJsonConsole</c>, one a stage, as golden text: what log stores parse may change on purpose only.</summary>
public sealed class JsonConsoleTests
{
    [Fact]
    public void AddJsonConsole_EachStage_IsTheLineInTheGoldenFile()
    {
        string written = Write();
        if (Environment.GetEnvironmentVariable("MEMGUARD_APPROVE") == "1")
        {
            File.WriteAllText(Repository.PathOf("tests", "MemGuard.Exporters.Tests", "Logs", "alerts.jsonl"), written);
        }

        Assert.Equal(Repository.Read("tests", "MemGuard.Exporters.Tests", "Logs", "alerts.jsonl").ReplaceLineEndings("\n"), written);
    }

    [Fact]
    public void AddJsonConsole_Confirmed_HasFiguresThatAgree()
    {
        using JsonDocument line = JsonDocument.Parse(Write().Split('\n')[1]);
        JsonElement state = line.RootElement.GetProperty("State");
        double grown = state.GetProperty("EndBytes").GetInt64() - state.GetProperty("StartBytes").GetInt64();

        Assert.Equal(state.GetProperty("BytesPerHour").GetDouble(), grown / state.GetProperty("WindowSeconds").GetDouble() * 3600, 1.0);
        Assert.Equal(("heap", 1536L << 20), (state.GetProperty("Limit").GetString(), state.GetProperty("LimitBytes").GetInt64()));
    }

    private static string Write()
    {
        using ServiceProvider services = new ServiceCollection().AddLogging(static logging => logging.AddJsonConsole()).BuildServiceProvider();
        using StringWriter lines = new() { NewLine = "\n" };
        StageAlerts.WriteAll(new FormattedLogger(services.GetServices<ConsoleFormatter>().First(static formatter => formatter.Name == ConsoleFormatterNames.Json), lines));
        return lines.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>What the console's logger does, without its thread and without the console.</summary>
    private sealed class FormattedLogger(ConsoleFormatter formatter, TextWriter lines) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(logLevel, "MemGuard", eventId, state, exception, format), null, lines);
    }
}
