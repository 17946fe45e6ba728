using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace MemGuard.Exporters.Tests.Logs;

/// <summary>Serilog, the real package, has the parts of an alert as properties of its events.</summary>
public sealed class SerilogTests
{
    [Fact]
    public void AddSerilog_Confirmed_HasItsPartsAsProperties()
    {
        Sink sink = new();
        using Logger serilog = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddSerilog(serilog));

        StageAlerts.WriteAll(factory.CreateLogger("MemGuard"));

        LogEvent confirmed = sink.Events[1];
        Assert.Equal((3, LogEventLevel.Warning), (sink.Events.Count, confirmed.Level));
        Assert.Equal("ManagedLeak", Read(confirmed, "Problem"));
        Assert.Equal("Confirmed", Read(confirmed, "Stage"));
        Assert.Equal(143L << 20, Read(confirmed, "RetainedBytes"));
        Assert.Equal(3960.0, Read(confirmed, "SecondsToLimit"));
        Assert.Equal("1a2b3c4d5e6f7081", Read(confirmed, "Fingerprint"));
        Assert.Equal("https://docs.example/memguard/triage.md#managed-leak", Read(confirmed, "HelpLink"));
        Assert.Equal(StageAlerts.Confirmed.Message, Read(confirmed, "Alert"));
    }

    private static object? Read(LogEvent line, string property) => ((ScalarValue)line.Properties[property]).Value;

    private sealed class Sink : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
